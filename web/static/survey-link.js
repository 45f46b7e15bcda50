// What personal links add to survey.js, whose names it uses.
const hand = form.elements.hand;
let chosen;

// The form says that a person touched the page.
for (const type of ['pointerdown', 'keydown', 'click']) addEventListener(type, e => { if (e.isTrusted) hand.value = '1'; }, true);

form.addEventListener('change', e => { if (e.isTrusted) chosen = true; });

// A rating that came with the link is taken at the first touch of the page,
// wherever: who taps and leaves has answered. Pointerup is not fired by a
// scroll; on the scale, what is chosen comes later, with the click.
if (form.elements.opened.value) {
  for (const type of ['pointerup', 'keydown', 'click']) {
    addEventListener(type, e => {
      if (!e.isTrusted || type === 'pointerup' && e.target.closest('.tick')) return;
      setTimeout(() => {
        const radio = form.querySelector('.tick input:checked');
        if (chosen || !radio) return;
        chosen = true;
        next = [radio, { name: 'touch', value: '1' }];
        send();
      });
    }, true);
  }
}
