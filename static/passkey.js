// A passkey or a USB key: its answer goes into the form, which goes out as any other.
(() => {
  const form = document.querySelector('form[data-key]');
  const touch = form && form.querySelector('[data-touch]');
  if (!touch) return;
  const show = (name, shown) => { form.querySelector(name).hidden = !shown; };
  if (!window.PublicKeyCredential) {
    show('[data-no-key]', true);
    return;
  }
  const unpack = (text) => Uint8Array.from(
    atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const pack = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const listed = (keys) => (keys || []).map((key) => ({ ...key, id: unpack(key.id) }));

  const ask = async () => {
    const asked = JSON.parse(form.dataset.options);
    const publicKey = { ...asked, challenge: unpack(asked.challenge) };
    if (asked.user) publicKey.user = { ...asked.user, id: unpack(asked.user.id) };
    if (asked.excludeCredentials) publicKey.excludeCredentials = listed(asked.excludeCredentials);
    if (asked.allowCredentials) publicKey.allowCredentials = listed(asked.allowCredentials);
    const key = await navigator.credentials[form.dataset.key]({ publicKey });
    const response = {};
    ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']
      .forEach((name) => { if (key.response[name]) response[name] = pack(key.response[name]); });
    return JSON.stringify({
      id: key.id,
      rawId: pack(key.rawId),
      type: key.type,
      response,
      clientExtensionResults: {},
    });
  };

  touch.hidden = false;
  touch.addEventListener('click', async () => {
    show('[data-failed]', false);
    touch.disabled = true;
    try {
      form.elements.answer.value = await ask();
      form.requestSubmit();
    } catch {
      show('[data-failed]', true);
    }
    touch.disabled = false;
  });
})();
