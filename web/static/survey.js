// The script of survey pages, inlined and allowed by its hash. Without it the
// page does everything, only later: the score travels with the form. Spaces go
// before it is sent: every statement ends with a semicolon, text stands in
// single quotes, and comments have lines of their own.
const form = document.querySelector('form');
const layout = form.elements.layout;
let byHand, busy, next;

// A scale on two rows may be answered differently: say which one was seen.
if (layout) layout.value = form.querySelector('.n10,.n11') && matchMedia('(max-width:35.99rem)').matches ? 'split' : 'row';

// Scanners that run scripts make no trusted gesture; scrolling is none. Not
// input: the browser trusts that one even after a script's click().
for (const type of ['pointerdown', 'keydown', 'click']) addEventListener(type, e => { if (e.isTrusted) byHand = true; }, true);

// One score at a time; of those chosen meanwhile, the last. next are the fields
// to send beside the hidden ones.
async function send() {
  busy = true;
  while (next) {
    const body = new URLSearchParams();
    for (const field of [...form.querySelectorAll('[type=hidden]'), ...next]) body.append(field.name, field.value);
    next = null;
    const reply = await fetch(form.dataset.scoreUrl, { method: 'POST', body, keepalive: true }).catch(() => null);
    form.querySelector('.status').textContent = form.dataset[reply?.ok ? 'saved' : 'failed'];
  }
  busy = false;
}

form.addEventListener('change', e => {
  if (byHand && e.isTrusted && e.target.matches('.tick input')) {
    next = [e.target];
    if (!busy) send();
  }
});
