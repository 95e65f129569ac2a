/* A file over the limit is never read: its name and size go to the server, by the store that its place names. */
(function () {
  var count = 0;

  function check(event, files) {
    var place = event.target.closest && event.target.closest('[data-most-bytes]');
    var file = place && files && files[0];
    if (!file || file.size <= Number(place.dataset.mostBytes)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.target.value) event.target.value = '';
    count += 1;
    merr.put(place.dataset.oversize, { name: file.name, bytes: file.size, count: count });
  }

  document.addEventListener('change', function (event) { check(event, event.target.files); }, true);
  document.addEventListener('drop', function (event) { check(event, event.dataTransfer && event.dataTransfer.files); }, true);
})();
