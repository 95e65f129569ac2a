/* The page's own names, and what every script of it shares. */
window.merr = window.merr || {};

/* Put data into a Dash store from a script; a callback takes it from there. */
merr.put = function (id, data) {
  window.dash_clientside.set_props(id, { data: data });
};

/* Functions that Dash calls as clientside callbacks. */
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.merr = {
  /* What was asked for is there: close the popover it was asked in, unless it was refused. */
  settled: function (store) {
    if (store && !store.refused) merr.closePops(true);
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
      merr.closePops(true);
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
