/* What the server did not take, in words: Dash itself says nothing of a request that ends badly. */
(function () {
  var CALLBACK = '_dash-update-component';
  var MOST_BYTES = 8 * 1024 * 1024;
  var ask = window.fetch;
  var leaving = false;

  window.addEventListener('pagehide', function () { leaving = true; });
  window.addEventListener('pageshow', function () { leaving = false; });

  function say(title, rows) {
    var dl = { namespace: 'dash_html_components', type: 'Dl', props: { children: [] } };
    rows.forEach(function (row) {
      dl.props.children.push(
        { namespace: 'dash_html_components', type: 'Dt', props: { children: row[0] } },
        { namespace: 'dash_html_components', type: 'Dd', props: { children: row[1] } });
    });
    var head = { namespace: 'dash_html_components', type: 'H3', props: { children: title } };
    window.dash_clientside.set_props('fault', {
      children: [{ namespace: 'dash_html_components', type: 'Div', props: { className: 'errb', children: [head, dl] } }],
    });
  }

  function megabytes(number) {
    return (number / 1024 / 1024).toFixed(1) + ' MB';
  }

  function tooLarge(bytes) {
    say('This is more than the server takes', [
      ['Given', megabytes(bytes) + ' in one question.'],
      ['Wanted', 'At most ' + megabytes(MOST_BYTES) + '.'],
      ['To do', 'Remove the largest closures, or give a simpler outline. What you entered is kept.'],
    ]);
  }

  function silent() {
    say('The server does not answer', [
      ['Given', 'A question from this page.'],
      ['Wanted', 'A server that is running and can be reached.'],
      ['To do', 'Try again in a moment. What you entered is kept.'],
    ]);
  }

  function signedOut() {
    var way = { namespace: 'dash_html_components', type: 'A', props: { href: '/sign-in?next=' + encodeURIComponent(window.location.pathname), children: 'Sign in again' } };
    say('You are signed out', [
      ['Given', 'A question from a page that was open for long, or whose account was changed.'],
      ['Wanted', 'Somebody who is signed in.'],
      ['To do', [way, '; this tab keeps what you entered and offers it again.']],
    ]);
  }

  function refused(body) {
    say(body.title, [
      ['Given', body.given], ['Wanted', body.wanted],
      ['To do', body.todo + '. What you entered is kept; reference ' + body.request_id + '.'],
    ]);
  }

  /* The page's own question whether contacts are open; it is asked again by itself. */
  function ofContacts(body, got) {
    if (body.indexOf('"output":"..contacts.children') < 0) return false;
    merr.lost(got && got.status === 401
      ? 'You are signed out. Load the page again to sign in.'
      : 'Whether contacts are open is not known: the server does not answer. It is asked again in a moment.');
    return true;
  }

  window.fetch = function (target, options) {
    var answer = ask.apply(this, arguments);
    var address = typeof target === 'string' ? target : target.url || '';
    if (address.indexOf(CALLBACK) < 0) return answer;
    var body = options && typeof options.body === 'string' ? options.body : '';
    var bytes = new Blob([body]).size;
    answer.then(function (got) {
      if (got.status < 400 || ofContacts(body, got)) return;
      if (got.status === 413) tooLarge(bytes);
      else if (got.status === 401) signedOut();
      else got.clone().json().then(refused, silent);
    }, function () {
      if (leaving || ofContacts(body)) return;
      // A server may close the line on a body that is too large before it has said so.
      if (bytes > MOST_BYTES) tooLarge(bytes); else silent();
    });
    return answer;
  };
})();
