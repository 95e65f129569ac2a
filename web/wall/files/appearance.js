/* Light or dark before anything is drawn: as chosen on the dashboard in this browser, else as the device says. */
(function () {
  var kept = 'auto';
  try { kept = localStorage.getItem('mantine-color-scheme-value') || 'auto'; } catch (forbidden) { /* As the device says. */ }
  var device = window.matchMedia('(prefers-color-scheme: dark)');
  function show() {
    var dark = kept === 'dark' || (kept === 'auto' && device.matches);
    document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
  }
  device.addEventListener('change', show);
  show();
})();
