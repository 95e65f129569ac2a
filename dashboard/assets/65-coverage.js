/* The page of coverage: links that stay on the page, and arrow keys in the grid and on the map. */
(function () {
  /* A link that changes only what the page shows: its address is the page's state, so Back goes back. */
  document.addEventListener('click', function (event) {
    var link = event.target.closest('a[data-soft]');
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.pushState({}, '', link.getAttribute('href'));
    window.dispatchEvent(new CustomEvent('_dashprivate_pushstate'));
    if (link.search.indexOf('county=') >= 0 && window.innerWidth <= 900) follow(link.search, 40);
  });

  /* In one column the answer to a click lies elsewhere: go there once it stands for what was clicked. */
  function follow(search, turns) {
    var why = document.getElementById('why');
    if (why && why.dataset.of && search.indexOf(why.dataset.of) >= 0) why.scrollIntoView();
    else if (turns) setTimeout(follow, 150, search, turns - 1);
  }

  document.addEventListener('click', function (event) {
    var more = event.target.closest('[data-more]');
    if (more) more.closest('.gapc').classList.add('all');
  });

  var STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function place(link) { return [Number(link.dataset.x), Number(link.dataset.y)]; }

  /* The nearest link that lies in the direction of the key more than beside it. */
  function towards(links, from, step) {
    var here = place(from);
    var best = null;
    var least = Infinity;
    links.forEach(function (link) {
      var there = place(link);
      var along = (there[0] - here[0]) * step[0] + (there[1] - here[1]) * step[1];
      var beside = Math.abs((there[0] - here[0]) * step[1]) + Math.abs((there[1] - here[1]) * step[0]);
      if (along <= 0 || beside > along) return;
      if (along + 2 * beside < least) { least = along + 2 * beside; best = link; }
    });
    return best;
  }

  document.addEventListener('keydown', function (event) {
    var step = STEPS[event.key];
    var from = event.target.closest && event.target.closest('[data-roving] [data-x]');
    if (!step || !from) return;
    var links = Array.from(from.closest('[data-roving]').querySelectorAll('[data-x]'));
    var next = towards(links, from, step);
    event.preventDefault();
    if (!next) return;
    links.forEach(function (link) { link.setAttribute('tabindex', link === next ? '0' : '-1'); });
    next.focus();
  });

  /* The drawing is made anew: its county takes the focus when the explanation is gone. */
  function back(of, turns) {
    var why = document.getElementById('why');
    var link = document.querySelector('.mm a[href*="' + of + '"]');
    if (link && why && !why.dataset.of) link.focus();
    else if (turns) setTimeout(back, 150, of, turns - 1);
  }

  /* Escape closes the explanation and gives the focus back to the map. */
  document.addEventListener('keydown', function (event) {
    var close = event.key === 'Escape' && document.querySelector('.why [data-close]');
    if (!close || document.querySelector('[aria-expanded="true"]')) return;
    var of = close.closest('.why').dataset.of;
    close.click();
    back(of, 40);
  });
})();
