// A case tells the server who has it before them, and keeps what is being typed. Without this script a button keeps it.
const others = document.querySelector('#others');
const EVERY = 20000; // ms between signs; the server forgets somebody after 60 s

function post(address, fields) {
  return fetch(address, { method: 'POST', body: new URLSearchParams(fields), keepalive: true }).catch(() => null);
}

async function sign() {
  if (document.hidden) return;
  const reply = await post(others.dataset.here, {});
  if (!reply?.ok || reply.redirected) return;
  const html = await reply.text();
  if (others.innerHTML.trim() !== html.trim()) others.innerHTML = html;
}

sign();
setInterval(sign, EVERY);
addEventListener('visibilitychange', sign);
addEventListener('pagehide', () => post(others.dataset.here, { left: '1' }));

for (const form of document.querySelectorAll('form[data-draft]')) {
  const text = form.querySelector('textarea');
  const says = form.querySelector('[data-saved]');
  let waiting, kept = text.value;
  const keep = async () => {
    clearTimeout(waiting);
    if (text.value === kept) return;
    const value = text.value;
    const reply = await post(form.dataset.draft, { kind: form.dataset.kind, body: value, quiet: '1' });
    const ok = reply?.status === 204;
    if (ok) kept = value;
    if (says) says.textContent = ok ? says.dataset.saved : says.dataset.lost;
  };
  text.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 1000);
  });
  form.addEventListener('submit', () => {
    clearTimeout(waiting);
    kept = text.value;
  });
  addEventListener('pagehide', keep);
}
