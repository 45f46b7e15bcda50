// Keys of the inbox. They work only while no field has the focus, on Cyrillic layouts too, and can be turned off.
const KEY = 'inbox-keys';
const keys = document.querySelector('#keys');
const help = document.querySelector('#all-keys');
const off = document.querySelector('#keys-switch');
const find = selector => document.querySelector(selector);

const on = () => localStorage.getItem(KEY) !== 'off';
function show() {
  keys.hidden = false;
  keys.classList.toggle('off', !on());
  off.textContent = on() ? off.dataset.off : off.dataset.on;
}
off.addEventListener('click', () => {
  localStorage.setItem(KEY, on() ? 'off' : 'on');
  show();
});
show();

// The row that has the focus, else the one that is open.
const rows = () => [...document.querySelectorAll('.row header a')];
const current = () => rows().findIndex(a => a === document.activeElement);
const open = () => rows().findIndex(a => a.ariaCurrent === 'true');

function move(by) {
  const all = rows();
  const from = current() >= 0 ? current() : open();
  const to = all[from < 0 ? 0 : Math.min(Math.max(from + by, 0), all.length - 1)];
  to?.focus();
  to?.scrollIntoView({ block: 'nearest' });
}

function choose(select, value) {
  if (!select || !value) return;
  select.value = value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
}

const does = {
  j: () => move(1),
  k: () => move(-1),
  o: () => rows()[current()]?.click(),
  r: () => find('#reply textarea')?.focus(),
  n: () => find('#note textarea')?.focus(),
  t: () => find('#tags')?.focus(),
  a: () => {
    const state = find('#state');
    if (!state || state.owner.value === state.dataset.me) return;
    choose(state.owner, state.dataset.me);
    state.requestSubmit();
  },
  e: () => {
    const state = find('#state');
    if (!state?.reason) return;
    choose(state.status, 'resolved');
    state.reason.focus();
  },
  '/': () => find('#q')?.focus(),
  '?': () => help.showModal(),
};

// What was meant: the letter, or the key where its letter is not Latin.
function meant(e) {
  if (/^[a-z]$/i.test(e.key) || e.key === '/' || e.key === '?') return e.key.toLowerCase();
  if (/^Key[A-Z]$/.test(e.code) && /^\P{ASCII}$/u.test(e.key)) return e.code.slice(3).toLowerCase();
  if (e.code === 'Slash' && (e.key === '.' || e.key === ',')) return e.shiftKey ? '?' : '/';
  return '';
}

addEventListener('keydown', e => {
  if (e.isComposing || e.altKey || !on()) return;
  if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
    const form = e.target.closest?.('main form:not([role=search])');
    if (!form) return;
    e.preventDefault();
    form.requestSubmit(form.querySelector('.btn.main') ?? form.querySelector('button'));
    return;
  }
  if (e.ctrlKey || e.metaKey || help.open || e.target.closest?.('input, select, textarea, [contenteditable]')) return;
  const act = does[meant(e)];
  if (!act) return;
  e.preventDefault();
  act();
});
