/* The page asks every few seconds whether contacts are still open: only while somebody is at it, so that nobody's
   session is held awake. What was disclosed goes when the page is left, when nobody is there, and when nothing is known. */
(function () {
  var AWAY_MS = 10 * 60 * 1000;
  var acted = performance.now();
  var asking = true;

  function away() { return document.hidden || performance.now() - acted > AWAY_MS; }

  function put(id, props) {
    if (document.getElementById('contacts')) window.dash_clientside.set_props(id, props);
  }

  /* Take what was disclosed off the page, and out of its memory. */
  merr.forgetContact = function () {
    document.querySelectorAll('.contact').forEach(function (node) {
      if (node.querySelector('[data-disclosed]')) window.dash_clientside.set_props(JSON.parse(node.id), { children: [] });
    });
  };

  /* The door has opened or closed: what was disclosed before goes at once, the list and the card follow. */
  window.dash_clientside.merr.door = function () { merr.forgetContact(); };

  function look() {
    var ask = !away();
    if (!ask && performance.now() - acted > AWAY_MS) merr.forgetContact();
    if (ask === asking) return;
    asking = ask;
    put('pulse', { disabled: !ask });
    if (ask) put('pulse', { n_intervals: Math.floor(performance.now()) });
  }

  ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'].forEach(function (kind) {
    document.addEventListener(kind, function () { acted = performance.now(); look(); }, { passive: true, capture: true });
  });
  document.addEventListener('visibilitychange', look);
  window.addEventListener('pagehide', merr.forgetContact);
  setInterval(look, 5000);

  /* The question whether contacts are open was not answered: then they count as closed. */
  merr.lost = function (words) {
    merr.forgetContact();
    put('told', { data: null });
    put('contacts', {
      className: 'decl cl',
      children: [
        { namespace: 'dash_html_components', type: 'Span', props: { className: 'i i-lock', 'aria-hidden': 'true' } },
        { namespace: 'dash_html_components', type: 'Span', props: { className: 'say', children: words } },
      ],
    });
  };
})();
