/* The facilitator's page, as it is served: keys that press its buttons, the way to the top where the room
   turns to something else, and what a screen reader hears of a button that does nothing now. */
(function () {
  'use strict';
  function press(name) {
    var found = document.querySelector('.kam-ws-lead.wl-keys-on button.' + name);
    if (!found || !found.offsetParent) return false;
    found.click();
    return true;
  }
  document.addEventListener('keydown', function (event) {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    var at = event.target;
    if (at && at.closest && at.closest('input, textarea, select, [contenteditable]')) return;
    var key = event.key.toLowerCase(), steps = { arrowleft: 'wl-key-previous', arrowright: 'wl-key-next', s: 'wl-key-show', v: 'wl-key-again' };
    var name = steps[key] || (/^[0-9]$/.test(key) ? 'wl-key-' + key : '');
    if (!name || !press(name)) return;
    event.preventDefault();
    if (steps[key]) window.scrollTo(0, 0);
  });
  document.addEventListener('click', function (event) {
    var at = event.target.closest && event.target.closest('.kam-ws-lead button.wl-turns:not(.wl-off)');
    if (at) window.scrollTo(0, 0);
  });
  function tell(button) {
    var off = button.classList.contains('wl-off');
    if (off !== (button.getAttribute('aria-disabled') === 'true')) {
      if (off) button.setAttribute('aria-disabled', 'true'); else button.removeAttribute('aria-disabled');
    }
  }
  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      if (change.type === 'attributes') { if (change.target.matches('.kam-ws-lead button')) tell(change.target); return; }
      change.addedNodes.forEach(function (node) { if (node.querySelectorAll) node.querySelectorAll('.kam-ws-lead button').forEach(tell); });
    });
  }).observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ['class'] });
})();
