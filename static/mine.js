// What became of one's own choices, worked out here: nothing is sent. Without this the form is posted and answered once.
//   <form data-mine-form data-share="41234.5" data-digits="0" data-currency="₸">
//     <input type="checkbox" data-cost="5200000" data-won data-turn="3" data-each="12000.25"> in an <li> with [data-came] [data-paid]
//   #answer is shown · [data-mine=chosen|won|sum|share|paid|left] figures · [data-mine-live] shown only when this runs
(() => {
  const form = document.querySelector('form[data-mine-form]');
  const answer = document.getElementById('answer');
  if (!form || !answer) return;
  const share = Number(form.dataset.share);
  const unit = 10 ** Number(form.dataset.digits);
  const number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, '\u00a0');
  // Sums come in the smallest unit, what one person pays too; halves go up, as the account rounds.
  const money = (n) => {
    const units = Math.floor(n + 0.5 + 1e-6);
    const rest = units % unit;
    const digits = form.dataset.digits;
    return number(Math.floor(units / unit)) + (rest ? ',' + String(rest).padStart(digits, '0').replace(/0+$/, '') : '') + '\u00a0' + form.dataset.currency;
  };
  const write = (name, text) => document.querySelectorAll('[data-mine=' + name + ']').forEach((e) => { e.textContent = text; });
  const inputs = [...form.querySelectorAll('input[name=choices]')];

  const show = () => {
    const chosen = inputs.filter((i) => i.checked);
    let left = share;
    const paid = new Map();
    chosen.filter((i) => i.dataset.turn).sort((a, b) => a.dataset.turn - b.dataset.turn).forEach((i) => {
      const pays = Math.min(Number(i.dataset.each), left);
      left -= pays;
      paid.set(i, pays);
    });
    inputs.forEach((i) => {
      const row = i.closest('li');
      row.querySelector('[data-came]').hidden = !i.checked;
      const told = row.querySelector('[data-paid]');
      if (told && paid.has(i)) {
        told.textContent = money(paid.get(i));
        row.querySelector('[data-from]').hidden = false;
      }
    });
    const won = chosen.filter((i) => 'won' in i.dataset);
    write('chosen', chosen.length);
    write('won', won.length);
    write('sum', money(won.reduce((sum, i) => sum + Number(i.dataset.cost), 0)));
    write('share', money(share));
    write('paid', money(share - left));
    write('left', money(left));
    answer.hidden = !chosen.length;
    return chosen.length;
  };
  form.addEventListener('submit', (event) => {
    if (!show()) return; // the server says what is missing
    event.preventDefault();
    answer.focus();
    answer.scrollIntoView();
  });
  document.querySelectorAll('[data-mine-live]').forEach((e) => { e.hidden = false; });
})();
