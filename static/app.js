// Small comforts; every page works without them. All words are in the page.
(() => {
  const lost = document.querySelector('[data-not-sent]');
  const tell = (shown) => { if (lost) lost.hidden = !shown; };
  const toProblems = (root) => {
    const box = root.querySelector && root.querySelector('[data-problems]');
    if (box) box.focus();
  };

  // A form goes out once; with no connection at all it stays on the page, filled in.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method !== 'post' || event.defaultPrevented) return;
    if (form.dataset.sent || navigator.onLine === false) {
      event.preventDefault();
      tell(navigator.onLine === false);
    } else if (!form.hasAttribute('hx-post')) {
      form.dataset.sent = '1';
    }
  });
  // The back button brings the page back as it was left: its forms may be sent again.
  window.addEventListener('pageshow', () => {
    document.querySelectorAll('[data-sent]').forEach((form) => { delete form.dataset.sent; });
  });
  window.addEventListener('online', () => tell(false));

  ['htmx:sendError', 'htmx:timeout'].forEach((name) => {
    document.addEventListener(name, () => tell(true));
  });
  document.addEventListener('htmx:afterSwap', (event) => {
    tell(false);
    toProblems(event.detail.target);
  });

  // A phone that was put down on the school's table goes back to the front, whoever it showed.
  const { idle, idleUrl } = document.body.dataset;
  if (idleUrl) {
    let timer;
    let told = Date.now();
    const wait = () => {
      clearTimeout(timer);
      // Whoever writes a long text is here: without this the session would end under their hands.
      if (Date.now() - told > 30000) {
        told = Date.now();
        fetch(`/${document.documentElement.lang}/me/here`).catch(() => {});
      }
      timer = setTimeout(() => {
        window.dispatchEvent(new Event('asar:idle'));
        location.replace(idleUrl);
      }, idle * 1000);
    };
    ['pointerdown', 'keydown', 'scroll'].forEach((name) => window.addEventListener(name, wait, { passive: true }));
    wait();
  }

  document.querySelectorAll('[data-print]').forEach((button) => {
    button.hidden = false;
    button.addEventListener('click', () => window.print());
  });
  toProblems(document);
})();
