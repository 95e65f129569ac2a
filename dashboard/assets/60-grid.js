/* The ranked list's cells, by name, for AG Grid. */
(function () {
  var cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  var functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  var el = function () { return React.createElement.apply(React, arguments); };

  function mark(row) {
    if (row.reason) return el('span', { className: 'mark none', 'aria-hidden': true }, el('span', null, '–'));
    return el('span', { className: 'mark b' + row.band + (row.late ? ' late' : ''), 'aria-hidden': true }, el('span', null, row.rank));
  }

  function flags(row) {
    var shown = row.flags.map(function (flag) {
      var long = flag.text.length > 12 && !/\d/.test(flag.text);
      return el('span', { key: flag.text, className: 'flag ' + flag.tone + (long ? ' long' : ''), title: flag.text }, flag.text);
    });
    if (row.more && row.more.length) {
      shown.push(el('span', { key: 'more', className: 'flag', title: row.more.join(', ') }, '+' + row.more.length));
    }
    return shown;
  }

  /* A closed name stands behind a lock. */
  function name(row) {
    return el('b', { className: 'name' + (row.closed ? ' closed' : ''), title: row.name },
      row.closed ? el('span', { className: 'i i-lock', 'aria-hidden': true }) : null, row.name);
  }

  cells.MerrRank = function (props) {
    return el(React.Fragment, null, mark(props.data), el('span', { className: 'sr' }, props.data.spoken));
  };

  cells.MerrProvider = function (props) {
    var row = props.data;
    return el('span', { className: 'two' },
      name(row),
      el('span', { className: 'ln' }, el('span', { className: 'pl' }, row.place), flags(row)));
  };

  cells.MerrSends = function (props) {
    var row = props.data;
    return el('span', { className: 'two num' },
      el('span', { className: 'q1' }, el('b', null, row.quantity), el('span', { className: 'c' }, row.size)),
      el('span', { className: 'c t12' }, row.so_far));
  };

  cells.MerrArrives = function (props) {
    var row = props.data;
    if (row.reason) return el('span', { className: 'two' }, el('b', null, 'No time'));
    return el('span', { className: 'two' }, el('b', null, row.arrival), el('span', { className: 'c t12' }, row.at));
  };

  cells.MerrMade = function (props) {
    var row = props.data;
    if (row.reason) return el('span', { className: 'two' }, el('span', { className: 'wrap' }, row.reason));
    return el('span', { className: 'two' }, el('span', { className: 'made', title: row.made }, row.made), el('span', { className: 'c t12' }, row.basis));
  };

  /* On a narrow screen a row is a card. */
  cells.MerrCard = function (props) {
    var row = props.data;
    return el('span', { className: 'rcard' },
      mark(row),
      el('span', { className: 'who' }, name(row), el('span', { className: 'ln' }, el('span', { className: 'pl' }, row.place), flags(row))),
      el('span', { className: 'when' }, el('b', null, row.arrival || 'No time'), el('span', { className: 'c t12' }, row.card_at || row.reason)),
      el('span', { className: 'what' }, el('span', { className: 'q1' }, el('b', null, row.quantity), el('span', { className: 'c' }, row.size)), el('span', { className: 'c t12' }, row.so_far)),
      row.made ? el('span', { className: 'how t12' }, row.made + ', ' + row.basis) : null);
  };

  cells.MerrDivider = function (props) {
    var words = props.data.divider;
    var stop = words.indexOf('.');
    var head = stop > 0 ? words.slice(0, stop + 1) : words;
    return el('div', { className: 'divider ' + props.data.tone },
      el('span', { className: 'i i-' + (props.data.tone === 'warn' ? 'clock' : 'ban'), 'aria-hidden': true }),
      el('span', null, el('b', null, head), stop > 0 ? words.slice(stop + 1) : ''));
  };

  functions.merrIsDivider = function (params) { return Boolean(params.rowNode.data && params.rowNode.data.divider); };
  functions.merrRowHeight = function (params) { return params.data.divider ? 30 : (window.innerWidth < 600 ? 126 : 46); };

  var WIDE = ['rank', 'provider', 'sends', 'arrives', 'made'];

  /* Columns by width: a table where there is room, cards where there is not. */
  merr.fitGrid = function (api) {
    var narrow = window.innerWidth < 600;
    var rows = api.getDisplayedRowCount();
    api.setColumnsVisible(WIDE, !narrow);
    api.setColumnsVisible(['card'], narrow);
    var whole = window.innerWidth <= 900 && rows <= 60;
    api.setGridOption('headerHeight', narrow ? 0 : 30);
    api.setGridOption('domLayout', whole ? 'autoHeight' : 'normal');
    document.getElementById('ranked').classList.toggle('auto', whole);
    api.resetRowHeights();
  };

  /* Above the arrivals stands what is measured: who is there, or of what half is reached. */
  function nameArrivals(api) {
    var head = 'Arrives';
    api.forEachNode(function (node) { head = (node.data && node.data.head) || head; });
    var column = api.getColumn('arrives');
    if (!column || column.getColDef().headerName === head) return;
    column.getColDef().headerName = head;
    api.refreshHeader();
  }

  function selected(api) {
    var rows = api.getSelectedRows();
    var id = rows.length ? rows[0].id : null;
    if (id !== (merr.picked || null)) merr.setPicked(id);
  }

  var known = new WeakSet();

  /* New rows: fit the columns; the first time, listen to what is selected. */
  window.dash_clientside.merr.rows = function () {
    window.dash_ag_grid.getApiAsync('ranked').then(function (api) {
      if (!known.has(api)) {
        known.add(api);
        api.addEventListener('selectionChanged', function () { selected(api); });
      }
      merr.later('grid', function () {
        if (api.isDestroyed()) return;
        merr.fitGrid(api);
        nameArrivals(api);
        // A cell shows more of its row than its own value, so none may stay as it was.
        api.refreshCells({ force: true });
      });
    });
  };
  window.addEventListener('resize', function () {
    merr.later('grid', function () {
      var api = null;
      try { api = window.dash_ag_grid.getApi('ranked'); } catch (gone) { return; }
      if (api) merr.fitGrid(api);
    });
  });
})();
