/* The header's clock: the server's time, carried on by this browser from the moment the page came. */
(function () {
  var first = null;
  var words = new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/Chicago', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  });

  function tick() {
    var clock = document.getElementById('clock');
    if (!clock) return;
    first = first || { given: Date.parse(clock.dateTime), at: performance.now() };
    var parts = {};
    words.formatToParts(new Date(first.given + performance.now() - first.at)).forEach(function (part) { parts[part.type] = part.value; });
    clock.firstChild.textContent = parts.day + ' ' + parts.month + ' ' + parts.year + ', ';
    clock.querySelector('b').textContent = parts.hour + ':' + parts.minute;
  }

  setInterval(tick, 5000);
})();
