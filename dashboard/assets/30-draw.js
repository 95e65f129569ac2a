/* Drawing behind our own buttons: leaflet-draw does the pointer work, the shape goes to the `drawn` store. */
(function () {
  var active = null;
  var drawn = 0;

  var HINTS = {
    polygon: 'Click each corner. Click the first again, or Finish, to close the outline.',
    rectangle: 'Press, drag and let go.',
    marker: 'Click the place on the map.',
    polyline: 'Click along the road. Click the last point again, or Finish, to end.',
  };
  var HANDLERS = { polygon: 'Polygon', rectangle: 'Rectangle', polyline: 'Polyline', marker: 'Marker' };

  function bar(open, kind) {
    var node = document.getElementById('drawbar');
    if (!node) return;
    node.hidden = !open;
    if (!open) return;
    node.querySelector('.hint').textContent = HINTS[kind];
    node.querySelectorAll('[data-drawing="finish"],[data-drawing="undo"]').forEach(function (button) {
      button.hidden = kind === 'rectangle' || kind === 'marker';
    });
  }

  /* What is drawn goes to the store `drawn`, unless the button names another. */
  merr.draw = function (purpose, kind, store) {
    if (!merr.map || !L.Draw) return;
    merr.stopDrawing();
    merr.closePops(false);
    var options = { shapeOptions: { className: 'm-drawing' }, showArea: false, showLength: false, allowIntersection: true };
    if (kind === 'marker') options.icon = L.divIcon({ html: '<span class="staging"></span>', iconSize: [20, 20], className: 'bare' });
    active = { handler: new L.Draw[HANDLERS[kind]](merr.map, options), purpose: purpose, kind: kind, store: store || 'drawn' };
    active.handler.enable();
    bar(true, kind);
    merr.map.getContainer().focus({ preventScroll: true });
    merr.map.getContainer().scrollIntoView({ block: 'nearest' });
  };

  merr.stopDrawing = function () {
    if (active) active.handler.disable();
    active = null;
    bar(false);
  };

  L.Map.addInitHook(function () {
    this.on('draw:created', function (event) {
      var purpose = active && active.purpose;
      var store = active && active.store;
      var feature = event.layer.toGeoJSON(6);
      setTimeout(function () { event.layer.remove(); }, 0);
      merr.stopDrawing();
      drawn += 1;
      if (purpose) merr.put(store, { purpose: purpose, feature: feature, count: drawn });
    });
  });

  document.addEventListener('click', function (event) {
    var start = event.target.closest('[data-draw]');
    if (start) {
      var parts = start.dataset.draw.split(':');
      merr.draw(parts[0], parts[1], start.dataset.drawn);
      return;
    }
    var step = event.target.closest('[data-drawing]');
    if (!step || !active) return;
    if (step.dataset.drawing === 'finish') active.handler.completeShape();
    else if (step.dataset.drawing === 'undo') active.handler.deleteLastVertex();
    else merr.stopDrawing();
  });

  document.addEventListener('keydown', function (event) {
    if (event.key === 'Escape' && active) merr.stopDrawing();
  });
})();
