/* The pages of exercises: the clock goes on between two questions, the tab says EXERCISE, and a page that nobody looks
   at asks nothing, so that nobody's session is held awake. */
(function () {
  var MARK = 'EXERCISE: ';
  var AWAY_MS = 30 * 60 * 1000;
  var acted = performance.now();
  var begun = new WeakMap();

  function words(ms) {
    var s = Math.floor(ms / 1000);
    function two(n) { return (n < 10 ? '0' : '') + n; }
    return '+' + Math.floor(s / 3600) + ':' + two(Math.floor(s / 60) % 60) + ':' + two(s % 60);
  }

  function tick(node) {
    var stamp = node.dataset.reads + node.dataset.runs;
    var held = begun.get(node);
    if (!held || held.stamp !== stamp) begun.set(node, held = { stamp: stamp, at: performance.now() });
    var passed = node.dataset.runs ? performance.now() - held.at : 0;
    var said = words(Number(node.dataset.reads) + passed);
    if (node.textContent !== said) node.textContent = said;
  }

  function mark(on) {
    var plain = document.title.replace(MARK, '');
    var wanted = (on ? MARK : '') + plain;
    if (document.title !== wanted) document.title = wanted;
  }

  function ask() {
    if (!document.getElementById('exercise-live')) return;
    var away = document.hidden || performance.now() - acted > AWAY_MS;
    window.dash_clientside.set_props('exercise-beat', { disabled: away });
  }

  ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'].forEach(function (kind) {
    document.addEventListener(kind, function () {
      var slept = performance.now() - acted > AWAY_MS;
      acted = performance.now();
      if (slept) ask();
    }, { passive: true, capture: true });
  });
  document.addEventListener('visibilitychange', ask);
  setInterval(ask, 30000);
  setInterval(function () {
    document.querySelectorAll('.exclock').forEach(tick);
    mark(Boolean(document.querySelector('.exb')));
  }, 500);
})();
