/* The list and the map are one order: hover, focus and selection act on both. */
(function () {
  var GRID = 'ranked';

  function api() {
    var grids = window.dash_ag_grid;
    try { return grids ? grids.getApi(GRID) : null; } catch (gone) { return null; }
  }

  function rowOf(id) {
    return document.querySelector('#' + GRID + ' .ag-row[row-id="' + CSS.escape(id) + '"]');
  }

  function idsOf(node) {
    var row = node.closest('#' + GRID + ' .ag-row');
    if (row) return [row.getAttribute('row-id')];
    var mark = node.closest('.leaflet-marker-icon[data-assets]');
    return mark ? mark.dataset.assets.split(' ') : [];
  }

  /* Show one asset as pointed at, in both places. */
  function point(ids) {
    document.querySelectorAll('.pointed').forEach(function (node) { node.classList.remove('pointed'); });
    ids.forEach(function (id) {
      var row = rowOf(id);
      var marker = merr.marks.get(id);
      if (row) row.classList.add('pointed');
      if (marker && marker.getElement()) marker.getElement().classList.add('pointed');
    });
  }

  /* Pick an asset, or nothing with null. */
  merr.pick = function (id) {
    var grid = api();
    if (grid) {
      var node = id && grid.getRowNode(id);
      if (node) {
        grid.ensureNodeVisible(node);
        node.setSelected(true, true);
      } else grid.deselectAll();
    }
    merr.setPicked(id);
  };

  /* Tell the server and the map who is picked. */
  merr.setPicked = function (id) {
    merr.picked = id;
    merr.put('picked', id);
    merr.relink();
  };

  /* Mark what is picked on the map again, after either side was drawn anew. */
  merr.relink = function () {
    document.querySelectorAll('.leaflet-marker-icon.picked').forEach(function (node) { node.classList.remove('picked'); });
    var marker = merr.picked && merr.marks.get(merr.picked);
    if (marker && marker.getElement()) marker.getElement().classList.add('picked');
    if (merr.map) merr.overview(merr.map);
  };

  window.dash_clientside.merr.relink = function (picked) {
    merr.picked = picked;
    merr.relink();
  };

  ['mouseover', 'focusin'].forEach(function (kind) {
    document.addEventListener(kind, function (event) { point(idsOf(event.target)); });
  });

  /* One tab stop for all marks; arrow keys walk them in the order of their rank. */
  function walk(from, step) {
    var marks = Array.from(document.querySelectorAll('.leaflet-marker-icon[data-rank]'));
    marks.sort(function (a, b) { return a.dataset.rank - b.dataset.rank; });
    var next = marks[marks.indexOf(from) + step];
    if (!next) return;
    from.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  document.addEventListener('keydown', function (event) {
    var mark = event.target.closest && event.target.closest('.leaflet-marker-icon[data-rank]');
    if (mark) {
      var step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === 'Enter' || event.key === ' ') merr.pick(mark.dataset.assets.split(' ')[0]);
      else if (step) walk(mark, step);
      else return;
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    var row = event.target.closest && event.target.closest('#' + GRID + ' .ag-row');
    if (row && event.key === 'Enter') merr.pick(row.getAttribute('row-id'));
  }, true);

  document.addEventListener('click', function (event) {
    if (event.target.closest('[data-unpick]')) merr.pick(null);
  });
})();
