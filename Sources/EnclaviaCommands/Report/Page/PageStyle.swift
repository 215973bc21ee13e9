/// The style sheet of a report.
enum PageStyle {
    static let text = [colours, base, tables, PlotStyle.text, narrow, print].joined(separator: "\n")

    /// Text has a contrast of 4.5 at least against what it stands on, and what plots draw has 3 (WCAG 2.2, 1.4.3 and
    /// 1.4.11), in both schemes.
    private static let colours = """
        :root { color-scheme: light dark;
          --page: #f6f7f9; --card: #ffffff; --text: #1b2430; --soft: #55606f; --edge: #dde2e9;
          --track: #eef1f5; --link: #1f55a8; --focus: #1f55a8;
          --good: #1b7a52; --bad: #b3322a; --waiting: #8f5d00; --neutral: #5d6b7d;
          --good-back: #e5f4ec; --bad-back: #fdebe8; --waiting-back: #fbf1dc;
          --neutral-back: #edf0f4; --good-text: #14613f; --bad-text: #98271f;
          --waiting-text: #734a00; --neutral-text: #4a5767;
          --span-0: #2f5fa8; --span-1: #8a4b08; --span-2: #1f7566; --span-3: #8b3a80;
          --span-4: #5b5fb8; --span-5: #4f6b1d; --span-text: #ffffff; }
        @media screen and (prefers-color-scheme: dark) { :root {
          --page: #10151c; --card: #171e27; --text: #e3e8ef; --soft: #a2aebd; --edge: #2b3542;
          --track: #202936; --link: #8fb8f5; --focus: #8fb8f5;
          --good: #4fbf8b; --bad: #f0857b; --waiting: #e0ad4b; --neutral: #8d9bad;
          --good-back: #15322a; --bad-back: #3b2022; --waiting-back: #352b17;
          --neutral-back: #26303c; --good-text: #7bdcae; --bad-text: #ffaaa2;
          --waiting-text: #f2c878; --neutral-text: #bcc7d4;
          --span-0: #7fb0f0; --span-1: #e2a365; --span-2: #63c4b2; --span-3: #dd93d2;
          --span-4: #a9acf2; --span-5: #a8c66c; --span-text: #10151c; } }
        """

    private static let base = """
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-behavior: auto; }
        body { margin: 0; background: var(--page); color: var(--text);
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
          font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        a { color: var(--link); text-underline-offset: .18em; text-decoration-thickness: 1px; }
        a:hover { text-decoration-thickness: 2px; }
        :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
        code { font: .875em/1.5 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; }
        .skip { position: absolute; left: 1rem; top: -4rem; padding: .5rem 1rem; background: var(--card); }
        .skip:focus { top: 1rem; }
        .top, .body { max-width: 80rem; margin: 0 auto; padding: 0 2.5rem; }
        .top { padding-top: 3.5rem; padding-bottom: 2.5rem; }
        .eyebrow { margin: 0 0 .5rem; color: var(--soft); font-size: .8125rem; font-weight: 600;
          letter-spacing: .08em; text-transform: uppercase; }
        h1 { margin: 0; font-size: 2.25rem; line-height: 1.2; font-weight: 650; letter-spacing: -.015em;
          text-wrap: balance; }
        h2 { margin: 0 0 1rem; font-size: 1.375rem; line-height: 1.3; font-weight: 650;
          letter-spacing: -.01em; }
        p { margin: 0 0 1rem; max-width: 46rem; }
        .body { display: grid; grid-template-columns: 12rem minmax(0, 1fr); gap: 3rem; align-items: start;
          padding-bottom: 4rem; }
        nav { position: sticky; top: 2rem; max-height: calc(100vh - 4rem); overflow-y: auto;
          font-size: .9375rem; }
        nav ol { list-style: none; margin: 0; padding: 0; border-left: 1px solid var(--edge); }
        nav a { display: block; padding: .3rem 0 .3rem 1rem; color: var(--soft); text-decoration: none; }
        nav a:hover { color: var(--text); text-decoration: underline; }
        main { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.5rem; }
        section { padding: 1.75rem 2rem 2rem; background: var(--card); border: 1px solid var(--edge);
          border-radius: 12px; scroll-margin-top: 1.5rem; }
        section > :last-child { margin-bottom: 0; }
        .facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr));
          gap: 1.25rem 2rem; margin: 0 0 1.5rem; }
        .top .facts { margin: 1.75rem 0 0; padding-top: 1.5rem; border-top: 1px solid var(--edge); }
        dt { color: var(--soft); font-size: .8125rem; }
        dd { margin: .125rem 0 0; font-weight: 550; }
        .mark { display: inline-block; padding: 0 .5rem; border-radius: 1rem; font-size: .875em;
          line-height: 1.6; font-weight: 600; }
        .mark.good { background: var(--good-back); color: var(--good-text); }
        .mark.bad { background: var(--bad-back); color: var(--bad-text); }
        .mark.waiting { background: var(--waiting-back); color: var(--waiting-text); }
        .mark.neutral { background: var(--neutral-back); color: var(--neutral-text); }
        """

    private static let tables = """
        .scroll { overflow-x: auto; margin: 1.5rem 0 0; }
        .scroll + .note { margin: .75rem 0 0; }
        table { min-width: min(100%, 34rem); border-collapse: collapse; font-size: .9375rem; line-height: 1.45; }
        caption { text-align: left; padding: 0 0 .625rem; font-weight: 600; }
        caption span { display: inline-block; position: sticky; left: 0; max-width: min(46rem, 100vw - 5rem); }
        th, td { padding: .5rem .75rem; text-align: left; vertical-align: top;
          border-bottom: 1px solid var(--edge); font-weight: 400; }
        th:first-child, td:first-child { padding-left: 0; }
        th:last-child, td:last-child { padding-right: 0; }
        thead th { color: var(--soft); font-size: .8125rem; font-weight: 600; white-space: nowrap;
          vertical-align: bottom; border-bottom-color: var(--soft); }
        tbody th { font-weight: 500; }
        tbody tr:last-child > * { border-bottom: 0; }
        tbody tr:hover > * { background: var(--track); }
        th div, td div { min-width: min-content; max-width: 32rem; width: max-content; }
        .many th div, .many td div { max-width: 16rem; }
        th.number, td.number { text-align: right; white-space: nowrap; }
        td.number div { margin-left: auto; }
        .none, .note { color: var(--soft); }
        .note { font-size: .875rem; }
        """

    private static let narrow = """
        @media (max-width: 60rem) {
          .top, .body { padding-left: 1.25rem; padding-right: 1.25rem; }
          .top { padding-top: 2rem; padding-bottom: 1.5rem; }
          .body { grid-template-columns: minmax(0, 1fr); gap: 1.5rem; }
          nav { position: static; max-height: none; }
          nav ol { display: flex; flex-wrap: wrap; gap: 0 1.25rem; border: 0; }
          nav a { padding: .3rem 0; text-decoration: underline; }
          h1 { font-size: 1.75rem; }
          section { padding: 1.25rem; } }
        @media (max-width: 40rem) {
          .facts { grid-template-columns: minmax(0, 1fr); gap: .75rem; }
          .labels .wide { display: none; } }
        """

    private static let print = """
        @media print {
          :root { --page: #ffffff; }
          body { font-size: 10pt; }
          .skip, nav { display: none; }
          .top, .body { display: block; max-width: none; padding: 0 0 1rem; }
          section { padding: 0; border: 0; margin: 0 0 2rem; }
          h2, caption, figcaption { break-after: avoid; }
          tr, figure, .facts > div { break-inside: avoid; }
          table { break-inside: avoid; font-size: 8.5pt; }
          thead { display: table-header-group; }
          .scroll { overflow: visible; }
          th div, td div { width: auto; min-width: 0; }
          main a[href^="https"]::after { content: " (" attr(href) ")"; }
          .chip, .mark { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
        """
}
