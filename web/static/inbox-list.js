// The inbox looks for what is being typed, 250 ms after the last letter. Without this script the button does it.
{
  const find = document.querySelector('.find');
  const cases = document.querySelector('#cases');
  let waiting, asked;

  const search = async () => {
    const query = new URLSearchParams(new FormData(find));
    for (const [name, value] of [...query]) if (!value) query.delete(name);
    asked?.abort();
    asked = new AbortController();
    const reply = await fetch(find.dataset.list + '?' + query, { signal: asked.signal }).catch(() => null);
    if (!reply?.ok || reply.redirected) return;
    cases.innerHTML = await reply.text();
    for (const link of cases.querySelectorAll('.row a')) {
      if (link.pathname !== location.pathname) continue;
      link.ariaCurrent = 'true';
      link.closest('.row').classList.add('on');
    }
    history.replaceState(null, '', location.pathname + (query.size ? '?' + query : ''));
  };

  find.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 250);
  });

  // One box ticks all the others.
  const all = document.querySelector('#all');
  all.parentElement.hidden = false;
  all.addEventListener('change', () => {
    for (const box of document.querySelectorAll('.pick')) box.checked = all.checked;
  });
}
