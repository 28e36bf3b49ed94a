// The check page: a choice that was not sent is not counted, and leaving says so.
//   <form data-leave="NOT YET COUNTED. …">; a link that belongs to the vote carries data-stay.
(() => {
  const form = document.querySelector('form[data-leave]');
  if (!form) return;
  let free = false;
  form.addEventListener('submit', () => { free = true; });
  window.addEventListener('asar:idle', () => { free = true; });
  document.addEventListener('click', (event) => {
    const link = event.target.closest && event.target.closest('a[href]');
    if (!link || link.getAttribute('href').startsWith('#')) return;
    if (link.hasAttribute('data-stay') || window.confirm(form.dataset.leave)) free = true;
    else event.preventDefault();
  });
  window.addEventListener('beforeunload', (event) => {
    if (free) return;
    event.preventDefault();
    event.returnValue = form.dataset.leave;
  });
  window.addEventListener('pageshow', () => { free = false; });
})();
