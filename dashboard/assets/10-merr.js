/* The page's own names, and what every script of it shares. */
window.merr = window.merr || {};

/* Put data into a Dash store from a script; a callback takes it from there. */
merr.put = function (id, data) {
  window.dash_clientside.set_props(id, { data: data });
};

merr.counted = {};

/* Functions that Dash calls as clientside callbacks. */
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.merr = {
  /* What was asked for is there: close the popover it was asked in, and no other, unless it was refused. */
  settled: function (area, closures, needs, when, travel) {
    var stores = { area: area, closures: closures, needs: needs, when: when, travel: travel };
    var pops = { needs: 'what', travel: 'options' };
    window.dash_clientside.callback_context.triggered.forEach(function (change) {
      var id = change.prop_id.split('.')[0];
      if (stores[id].by === 'use-when') {
        // The third question is answered in two stores: both have to be there, in whichever order they come.
        merr.counted[id] = true;
        if (!merr.counted.needs || !merr.counted.when) return;
        merr.counted = {};
        if (!needs.refused && !when.refused) merr.closePop('when');
      } else if (!stores[id].refused) merr.closePop(pops[id] || id);
      else if (id === 'closures' || id === 'travel') merr.showPop(pops[id] || id);
    });
  },
  /* Which parts of the base are shown. */
  base: function (parts) {
    return ['roads', 'rivers', 'places'].reduce(function (classes, part) {
      return (parts || []).indexOf(part) < 0 ? classes + ' no-' + part : classes;
    }, 'map');
  },
  /* The page's address follows the saved incident, so that a reload opens it again. */
  address: function (saved) {
    var id = saved && saved.id;
    if (id) {
      merr.closePop('save');
      history.replaceState({}, '', '/incidents/' + id);
    }
  },
};

/* The title of the window is the page's own heading. */
merr.title = function () {
  var heading = document.querySelector('h1');
  var words = heading && heading.textContent;
  if (words && document.title !== words) document.title = words;
};
new MutationObserver(merr.title).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
