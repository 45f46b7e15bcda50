// One small script for survey pages, inlined and allowed by its hash. Without
// it the page does everything, only later: the score travels with the form.
(function () {
  var form = document.querySelector('form[data-score-url]');
  if (!form) return;
  var status = document.getElementById('status');
  var layout = form.elements.layout;
  var hand = form.elements.hand, opened = form.elements.opened;
  var byHand = false, chosen = false, busy = false, next = null;

  // A scale on two rows may be answered differently: say which one was seen.
  if (layout) {
    layout.value = form.querySelector('.n10,.n11') && matchMedia('(max-width:35.99rem)').matches ? 'split' : 'row';
  }

  // Scanners that run scripts make no trusted gesture; scrolling is none. Not
  // input: the browser trusts that one even after a script's click().
  ['pointerdown', 'keydown', 'touchstart', 'click'].forEach(function (type) {
    addEventListener(type, function (e) {
      if (!e.isTrusted) return;
      byHand = true;
      if (hand) hand.value = '1';
    }, true);
  });

  // A rating that came with the link is taken at the first touch of the page,
  // wherever: who taps and leaves has answered. Pointerup is not fired by a
  // scroll; on the scale, what is chosen comes later, with the click.
  if (opened && opened.value) {
    ['pointerup', 'keydown', 'click'].forEach(function (type) {
      addEventListener(type, function (e) {
        if (!e.isTrusted || (type === 'pointerup' && e.target.closest('.tick'))) return;
        setTimeout(function () {
          var radio = form.querySelector('.tick input:checked');
          if (!chosen && radio) send(radio, true);
        });
      }, true);
    });
  }

  function send(radio, touch) {
    chosen = true;
    if (busy) { next = radio; return; }
    busy = true;
    var body = new URLSearchParams();
    form.querySelectorAll('input[type=hidden]').forEach(function (h) { body.append(h.name, h.value); });
    body.append(radio.name, radio.value);
    if (touch) body.append('touch', '1');
    fetch(form.dataset.scoreUrl, { method: 'POST', body: body, keepalive: true })
      .then(function (r) { return r.ok; }, function () { return false; })
      .then(function (ok) {
        busy = false;
        status.textContent = ok ? form.dataset.saved : form.dataset.failed;
        if (next) { var last = next; next = null; send(last); }
      });
  }

  form.addEventListener('change', function (e) {
    if (byHand && e.isTrusted && e.target.matches('.tick input')) send(e.target);
  });
})();
