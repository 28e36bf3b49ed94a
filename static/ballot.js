// The running total of a ballot. The page works without it: then the check page shows the sum.
//   <form data-ballot data-max="5" data-min="3" data-envelope="12000000" data-money="# KZT" data-fit (the chosen must fit)>
//     <input type="checkbox" data-cost="5200000">
//     [data-live] shown only when this runs | [data-count] [data-sum] [data-left] [data-rest] numbers
//     [data-fill] a rect of the bar | [data-over] more than max | [data-few] fewer than min | [data-dear] above the envelope
(() => {
  const form = document.querySelector('form[data-ballot]');
  if (!form) return;
  const find = (name) => form.querySelectorAll('[data-' + name + ']');
  const rules = form.dataset;
  const max = Number(rules.max);
  const min = Number(rules.min || 0);
  const envelope = Number(rules.envelope);
  const money = (n) => (rules.money || '#').replace(
    '#', String(n).replace(/\B(?=(\d{3})+$)/g, '\u00a0'),
  ).replace(/ /g, '\u00a0');
  const write = (name, text) => find(name).forEach((e) => { e.textContent = text; });
  const show = (name, shown) => find(name).forEach((e) => { e.hidden = !shown; });

  const add = () => {
    const chosen = [...form.querySelectorAll('input[data-cost]:checked')];
    const sum = chosen.reduce((total, input) => total + Number(input.dataset.cost), 0);
    write('count', chosen.length);
    write('left', Math.max(0, max - chosen.length));
    write('sum', money(sum));
    write('rest', (sum > envelope ? '\u2212' : '') + money(Math.abs(envelope - sum)));
    find('fill').forEach((rect) => {
      rect.setAttribute('width', (envelope ? Math.min(100, (sum / envelope) * 100) : 0) + '%');
    });
    show('over', !('fit' in rules) && chosen.length > max);
    show('few', chosen.length > 0 && chosen.length < min);
    show('dear', sum > envelope);
  };
  form.addEventListener('change', add);
  window.addEventListener('pageshow', add); // ticks that the browser kept on going back
  show('live', true);
  add();
})();
