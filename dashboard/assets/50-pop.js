/* Popovers: a button with data-pop="name" opens #pop-name; Escape closes it and gives the focus back. */
(function () {
  var opener = null;

  function buttons(name) {
    return document.querySelectorAll('[data-pop="' + name + '"]');
  }

  function place(pop, button) {
    if (window.innerWidth < 600) {
      pop.style.left = '';
      pop.style.top = '';
      return;
    }
    var box = button.getBoundingClientRect();
    var left = Math.min(box.left, window.innerWidth - pop.offsetWidth - 8);
    pop.style.left = Math.max(8, left) + 'px';
    pop.style.top = Math.min(box.bottom + 4, Math.max(8, window.innerHeight - pop.offsetHeight - 8)) + window.scrollY + 'px';
    pop.style.maxHeight = Math.max(240, window.innerHeight - box.bottom - 16) + 'px';
  }

  merr.openPop = function (name, button) {
    merr.closePops(false);
    var pop = document.getElementById('pop-' + name);
    if (!pop) return;
    pop.hidden = false;
    if (name === 'appearance') merr.appearance();
    if (button.dataset.tab) window.dash_clientside.set_props(name + '-tabs', { value: button.dataset.tab });
    opener = button;
    buttons(name).forEach(function (node) { node.setAttribute('aria-expanded', 'true'); });
    place(pop, button);
    var first = pop.querySelector('[data-first] input:checked') || pop.querySelector('input:not([type=hidden]):not([disabled]), select, textarea, button');
    if (first) first.focus({ preventScroll: true });
  };

  /* Open a popover by its button in the bar, unless it is open: what was drawn on the map may be refused in it. */
  merr.showPop = function (name) {
    var pop = document.getElementById('pop-' + name);
    if (pop && pop.hidden) merr.openPop(name, document.querySelector('.ask.' + name));
  };

  /* Close one popover, if it is the open one. */
  merr.closePop = function (name) {
    var pop = document.getElementById('pop-' + name);
    if (pop && !pop.hidden) merr.closePops(true);
  };

  merr.closePops = function (giveBack) {
    var open = document.querySelectorAll('.pop:not([hidden])');
    // Whoever has moved on meanwhile keeps the focus where it is now.
    var here = document.activeElement;
    var held = here === document.body || Array.from(open).some(function (pop) { return pop.contains(here); });
    open.forEach(function (pop) {
      pop.hidden = true;
      buttons(pop.id.slice(4)).forEach(function (node) { node.setAttribute('aria-expanded', 'false'); });
    });
    if (giveBack && held && open.length && opener && opener.isConnected) opener.focus();
    if (open.length) opener = null;
  };

  document.addEventListener('click', function (event) {
    var close = event.target.closest('[data-pop-close]');
    if (close) return merr.closePops(true);
    var button = event.target.closest('[data-pop]');
    if (button) {
      var pop = document.getElementById('pop-' + button.dataset.pop);
      if (pop && !pop.hidden && opener === button) merr.closePops(true);
      else merr.openPop(button.dataset.pop, button);
      return;
    }
    var toggle = event.target.closest('[data-toggle]');
    if (toggle) {
      var target = document.querySelector(toggle.dataset.toggle);
      var on = target.classList.toggle('open');
      toggle.setAttribute('aria-expanded', String(on));
      return;
    }
    if (event.target.isConnected && !event.target.closest('.pop, [data-portal], .mantine-Popover-dropdown')) merr.closePops(false);
  });

  document.addEventListener('keydown', function (event) {
    if (event.key !== 'Escape') return;
    if (document.querySelector('.mantine-Popover-dropdown:not([style*="none"]), .mantine-Select-dropdown:not([style*="none"])')) return;
    merr.closePops(true);
  });

  /* The page may ask for a popover itself: a refusal's button, the empty page's buttons. */
  window.addEventListener('resize', function () {
    var open = document.querySelector('.pop:not([hidden])');
    if (open && opener) place(open, opener);
  });
})();
