/* How features look on the map. Colours and sizes are classes of 30-map.css, so that light and dark follow by themselves. */
(function () {
  merr.map = null;
  merr.marks = new Map();

  L.Map.addInitHook(function () {
    var map = this;
    merr.map = map;
    map.getContainer().setAttribute('role', 'region');
    map.getContainer().setAttribute('aria-label', 'Map');
    map.on('moveend zoomend resize', function () { merr.viewChanged(map); });
    map.whenReady(function () { merr.viewChanged(map); });
    map.on('unload', function () { if (merr.map === map) merr.map = null; });
    new ResizeObserver(function () { map.invalidateSize({ animate: false }); }).observe(map.getContainer());
  });

  function div(html, size, classes) {
    return L.divIcon({ html: html, iconSize: size, className: classes || 'bare' });
  }

  function text(words) {
    var span = document.createElement('span');
    span.textContent = words;
    return span.innerHTML;
  }

  function named(marker, words) {
    marker.on('add', function () {
      var node = marker.getElement();
      if (node) node.setAttribute('aria-label', words);
    });
    return marker;
  }

  function quiet(latlng, icon) {
    return L.marker(latlng, { icon: icon, interactive: false, keyboard: false });
  }

  /* The base: what Missouri looks like without tiles. */
  function base(kind) {
    return function (feature) {
      var p = feature.properties;
      var detail = p.class || p.level || (p.code === 'MO' || p.state === 'MO' || p.name === 'Missouri' ? 'in' : 'out');
      return { className: 'm-' + kind + ' m-' + kind + '-' + detail, interactive: false };
    };
  }

  /* Counties: plain land, or the class of their number. */
  function county(feature, context) {
    var hideout = (context && context.hideout) || {};
    var at = hideout.classes ? hideout.classes[feature.properties.fips] : undefined;
    return {
      className: 'm-county',
      fillColor: at === undefined || at === null ? 'var(--map-land)' : 'var(--ch-' + at + ')',
      fillOpacity: 1,
      interactive: false,
    };
  }

  function shape(feature) {
    return { className: 'm-' + feature.properties.role, interactive: false };
  }

  function place(feature, latlng) {
    var p = feature.properties;
    var icon = div('<span class="place' + (p.size > 1 ? ' big' : '') + (p.role === 'state' ? ' state' : '') + '">' + text(p.name) + '</span>', [0, 0]);
    var marker = quiet(latlng, icon);
    marker.on('add', function () { merr.later('labels', merr.declutter); });
    return marker;
  }

  function match(feature, latlng) {
    var p = feature.properties;
    var classes = p.more ? 'more' : 'mark b' + p.band + (p.late ? ' late' : '') + (p.numbered ? '' : ' small');
    var icon = div('<span class="' + classes + '"><span>' + (p.more ? '+' + p.more : p.rank) + '</span></span>', [26, 26]);
    // Marks of one point stand round it, so many pixels off at every zoom.
    icon.options.iconAnchor = [13 - p.off[0], 13 - p.off[1]];
    var marker = L.marker(latlng, { icon: icon, title: p.title, keyboard: true, riseOnHover: true, zIndexOffset: 2000 - p.rank * 4 });
    marker.on('click', function () { merr.pick(p.assets[0]); });
    marker.on('add', function () {
      var node = marker.getElement();
      if (!node) return;
      node.setAttribute('aria-label', p.title);
      node.dataset.rank = p.rank;
      node.dataset.assets = p.assets.join(' ');
      node.tabIndex = p.rank === 1 ? 0 : -1;
      p.assets.forEach(function (id) { merr.marks.set(id, marker); });
      merr.later('links', merr.relink);
    });
    marker.on('remove', function () {
      p.assets.forEach(function (id) { merr.marks.delete(id); });
      merr.later('links', merr.relink);
    });
    return marker;
  }

  function point(feature, latlng) {
    var p = feature.properties;
    if (p.role === 'match') return match(feature, latlng);
    if (p.role === 'fault') return named(quiet(latlng, div('<span class="fault"></span>', [26, 26])), p.text);
    if (p.role === 'closure') {
      var sign = p.effect === 'blocked' ? '<span class="cross"></span>' : '<span class="drag"></span>';
      return quiet(latlng, div(sign + '<span class="tag ' + p.effect + '">' + text(p.text) + '</span>', [20, 20]));
    }
    if (p.role === 'staging') return named(quiet(latlng, div('<span class="staging"></span><span class="staging-name">' + text(p.text) + '</span>', [0, 0])), 'Staging point ' + p.text);
    return quiet(latlng, div('<span class="' + p.role + '">' + text(p.text) + '</span>', [0, 0]));
  }

  function site(feature, latlng, context) {
    var p = feature.properties;
    var known = (context && context.hideout && context.hideout.names) || {};
    var title = (known[p.sector] || p.sector) + ', ' + (p.sites > 1 ? p.sites + ' sites, ' : '') + p.assets + (p.assets === 1 ? ' asset' : ' assets');
    if (p.point_of !== 'site') title += p.point_of === 'zip' ? ', shown at their ZIP' : ', shown at the county seat';
    return L.marker(latlng, { icon: div('<span class="site s-' + p.sector + '"></span>', [12, 12]), title: title, keyboard: false });
  }

  function cluster(feature, latlng, index, context) {
    var only = context && context.hideout && context.hideout.only;
    var n = feature.properties.point_count;
    var size = n < 20 ? 24 : n < 100 ? 30 : 38;
    return L.marker(latlng, { icon: div('<span class="cluster' + (only ? ' one site s-' + only : '') + '">' + feature.properties.point_count_abbreviated + '</span>', [size, size]), title: n + ' sites', keyboard: false });
  }

  merr.layer = { states: base('state'), rivers: base('river'), roads: base('road'), county: county, shape: shape, point: point, place: place, site: site, cluster: cluster };

  /* Run once after a burst of the same event. */
  var waiting = {};
  merr.later = function (name, run) {
    clearTimeout(waiting[name]);
    waiting[name] = setTimeout(run, 60);
  };

  /* Names of places give way to larger ones: first come, first served, in the order of their population. */
  merr.declutter = function () {
    if (!merr.map) return;
    var taken = [];
    merr.map.getContainer().querySelectorAll('.place').forEach(function (node) {
      node.classList.remove('hidden');
      var box = node.getBoundingClientRect();
      var clash = taken.some(function (other) {
        return box.left < other.right + 8 && box.right + 8 > other.left && box.top < other.bottom + 3 && box.bottom + 3 > other.top;
      });
      if (clash) node.classList.add('hidden'); else taken.push(box);
    });
  };

  /* The overview shows what the map shows, and says who stands outside it. */
  merr.viewChanged = function (map) {
    merr.later('labels', merr.declutter);
    merr.later('overview', function () { merr.overview(map); });
  };

  merr.overview = function (map) {
    var frame = document.getElementById('overview-frame');
    var words = document.getElementById('overview-words');
    if (!frame || !words || !map._loaded) return;
    var bounds = map.getBounds();
    var data = document.getElementById('overview').dataset;
    var squeeze = Number(data.squeeze), west = Number(data.west), north = Number(data.north);
    frame.setAttribute('x', (bounds.getWest() - west) * squeeze);
    frame.setAttribute('y', north - bounds.getNorth());
    frame.setAttribute('width', Math.max(0.05, (bounds.getEast() - bounds.getWest()) * squeeze));
    frame.setAttribute('height', Math.max(0.05, bounds.getNorth() - bounds.getSouth()));
    var off = 0;
    new Set(merr.marks.values()).forEach(function (marker) { if (!bounds.contains(marker.getLatLng())) off += 1; });
    var inView = new Set(merr.marks.values()).size - off;
    map.getContainer().setAttribute('aria-label', 'Map. ' + inView + (inView === 1 ? ' ranked site' : ' ranked sites') + ' in view, ' + off + ' outside. Arrow keys move it; the list says the same in words.');
    words.textContent = off + inView === 0 ? '' : off === 0 ? 'All sites in view' : off + (off === 1 ? ' site' : ' sites') + ' off this view';
  };

  document.addEventListener('click', function (event) {
    var button = event.target.closest('[data-zoom]');
    if (button && merr.map) merr.map.zoomIn(Number(button.dataset.zoom));
  });
})();
