/* Light or dark: as the device says, or as chosen by hand and kept in this browser. Mantine's own key, so that it follows. */
(function () {
  var KEY = 'mantine-color-scheme-value';
  var root = document.documentElement;
  var device = window.matchMedia('(prefers-color-scheme: dark)');

  function kept() {
    try { return localStorage.getItem(KEY) || 'auto'; } catch (forbidden) { return 'auto'; }
  }

  function show(choice) {
    var dark = choice === 'dark' || (choice === 'auto' && device.matches);
    root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
    document.querySelectorAll('[data-appearance]').forEach(function (button) {
      button.setAttribute('aria-pressed', String(button.dataset.appearance === choice));
    });
  }

  function choose(choice) {
    try {
      localStorage.setItem(KEY, choice);
      // A page is only told of what another one changed; Mantine holds the choice too and has to hear of it.
      window.dispatchEvent(new StorageEvent('storage', { key: KEY, newValue: choice, storageArea: localStorage }));
    } catch (forbidden) { /* A browser that keeps nothing still shows what was chosen, until the page is left. */ }
    show(choice);
  }

  document.addEventListener('click', function (event) {
    var button = event.target.closest('[data-appearance]');
    if (button) choose(button.dataset.appearance);
  });
  window.addEventListener('storage', function (event) {
    if (event.key === KEY) show(event.newValue || 'auto');
  });
  device.addEventListener('change', function () { show(kept()); });
  merr.appearance = function () { show(kept()); };
  merr.appearance();
})();
