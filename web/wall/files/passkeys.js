/* Passkeys: fetch what the server asks of the authenticator, let the browser ask it, send the answer back. */
(function () {
  if (!window.PublicKeyCredential || !PublicKeyCredential.parseRequestOptionsFromJSON) return;

  function post(address, body) {
    return fetch(address, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
    }).then(function (answer) {
      return answer.json().then(function (said) {
        if (!answer.ok) throw new Error(said.title + '. ' + said.todo.charAt(0).toUpperCase() + said.todo.slice(1) + '.');
        return said;
      });
    });
  }

  function ask(options, making) {
    if (making) {
      return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
    }
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  }

  document.querySelectorAll('[data-passkey]').forEach(function (part) {
    var button = part.querySelector('button');
    var said = part.querySelector('.said');
    var address = part.dataset.passkey;
    var label = part.querySelector('input[name=label]');
    part.hidden = false;

    function use() {
      button.disabled = true;
      said.textContent = '';
      post(address, { next: part.dataset.next }).then(function (offer) {
        return ask(offer.options, 'making' in part.dataset);
      }).then(function (made) {
        return post(address, { answer: made.toJSON(), label: label ? label.value : '', next: part.dataset.next });
      }).then(function (done) {
        window.location.assign(done.next);
      }).catch(function (fault) {
        said.textContent = fault.name === 'NotAllowedError'
          ? 'The browser gave no passkey: it was cancelled, or there is none for this address.' : fault.message;
      }).finally(function () {
        button.disabled = false;
      });
    }

    button.addEventListener('click', use);
  });
})();
