/* What is not saved yet stays in this browser tab over a reload, and is offered again; it is sent nowhere. */
(function () {
  var PARTS = ['area', 'closures', 'needs', 'when', 'travel'];
  var KEY = 'merr.draft.1:';
  var loaded = null;
  var latest = null;
  var offered = null;

  function key() { return KEY + location.pathname; }

  function content(parts) {
    var kept = {};
    PARTS.forEach(function (part, i) {
      if (!parts[i]) return;
      kept[part] = Object.assign({}, parts[i]);
      delete kept[part].refused;
      delete kept[part].by;
      delete kept[part].shown;
    });
    return kept;
  }

  function read() {
    try { return JSON.parse(sessionStorage.getItem(key())); } catch (damaged) { return null; }
  }

  function bar(words, buttons) {
    var node = document.getElementById('draft');
    if (!node) return;
    node.hidden = !words;
    node.querySelector('.words').textContent = words || '';
    node.querySelectorAll('button').forEach(function (button) { button.hidden = !buttons; });
  }

  function drop(name) {
    try { sessionStorage.removeItem(name); } catch (forbidden) { /* Then nothing was kept either. */ }
  }

  function keep(kept) {
    try {
      sessionStorage.setItem(key(), JSON.stringify(kept));
    } catch (full) {
      drop(key());
      bar('This question is too large to be kept over a reload. Save it to keep it.', false);
    }
  }

  /* Called whenever a store changes or the incident is saved; the first time with what the page was opened with. */
  window.dash_clientside.merr.draft = function (saved) {
    var kept = content(Array.from(arguments).slice(1));
    var now = JSON.stringify(kept);
    latest = now;
    if (loaded === null) {
      loaded = now;
      var before = read();
      if (before && JSON.stringify(before.content) !== now) {
        offered = before.content;
        bar('Not saved before this page was loaded again: ' + before.title, true);
      }
      return;
    }
    var changes = window.dash_clientside.callback_context.triggered;
    if (changes.length === 1 && changes[0].prop_id === 'saved.data') forget();
    else if (now === loaded) drop(key());
    else keep({ content: kept });
  };

  /* What is saved is no draft any more; the page's address may have become the incident's. */
  function forget() {
    drop(KEY + '/');
    drop(key());
    loaded = latest;
    offered = null;
    bar('');
  }

  document.addEventListener('click', function (event) {
    var step = event.target.closest('[data-draft]');
    if (!step) return;
    if (step.dataset.draft === 'take') {
      PARTS.forEach(function (part) {
        var data = offered[part];
        if (data) window.dash_clientside.set_props(part, { data: part === 'needs' ? Object.assign({ shown: 0 }, data) : data });
      });
    } else drop(key());
    offered = null;
    bar('');
    document.querySelector('.ask').focus();
  });

  /* The page's own heading is the draft's best name. */
  window.addEventListener('pagehide', function () {
    var kept = read();
    var heading = document.querySelector('h1');
    if (!kept || kept.title) return;
    kept.title = heading ? heading.textContent : 'a question';
    keep(kept);
  });
})();
