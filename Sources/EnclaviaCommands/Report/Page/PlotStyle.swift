/// The part of the style sheet that the plots need.
enum PlotStyle {
    static let text = """
        figure { margin: 1.5rem 0 0; }
        figcaption { margin: 0 0 1rem; max-width: 46rem; color: var(--soft); font-size: .9375rem; }
        svg { display: block; width: 100%; }
        svg .good { fill: var(--good); } svg .bad { fill: var(--bad); }
        svg .waiting { fill: var(--waiting); } svg .neutral { fill: var(--neutral); }
        svg .over { fill: none; stroke: var(--card); stroke-width: 1.5; }
        svg .track { fill: var(--track); } svg .slot { fill: transparent; }
        svg .line { stroke: var(--edge); stroke-width: 1; vector-effect: non-scaling-stroke; fill: none; }
        svg.defs { position: absolute; width: 0; height: 0; }
        .columns { display: grid; grid-template-columns: 3.25rem minmax(0, 1fr); padding-right: 1rem; }
        .columns svg { height: 13rem; }
        .columns g:hover .slot { fill: var(--track); }
        .scale { position: relative; color: var(--soft); font-size: .8125rem; line-height: 1; }
        .scale span { position: absolute; right: .75rem; transform: translateY(-50%); white-space: nowrap; }
        .labels { position: relative; height: 1.75rem; color: var(--soft); font-size: .8125rem;
          overflow: hidden; }
        .labels span { position: absolute; top: .375rem; max-width: min(24%, 8rem); line-height: 1.2;
          overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .labels .middle { transform: translateX(-50%); }
        .columns .labels { grid-column: 2; overflow: visible; }
        .labels .end { transform: translateX(-100%); }
        .legend { display: flex; flex-wrap: wrap; gap: .375rem 1.5rem; margin: .75rem 0 0; padding: 0;
          list-style: none; font-size: .875rem; }
        .legend svg { display: inline-block; width: .875rem; height: .875rem; margin-right: .5rem;
          vertical-align: -.1em; }
        .bars, .timeline { display: grid; gap: .625rem; margin: 0; padding: 0; list-style: none;
          font-size: .9375rem; line-height: 1.4; }
        .bars li { display: grid; grid-template-columns: minmax(0, 15rem) minmax(0, 1fr) minmax(3.5rem, max-content);
          gap: 1rem; align-items: center; }
        .bars svg { height: .875rem; }
        .bars .value { text-align: right; font-weight: 600; }
        .timeline { gap: .375rem; }
        .timeline li { display: grid; grid-template-columns: minmax(0, 15rem) minmax(0, 1fr); gap: 1rem;
          align-items: center; }
        .lane { position: relative; height: 1.5rem; }
        .lane svg { height: 1.5rem; }
        .lane .span { stroke: var(--card); stroke-width: 2; vector-effect: non-scaling-stroke; }
        .chip { position: absolute; top: 1px; height: calc(1.5rem - 2px); padding: 0 2px; overflow: hidden;
          container-type: inline-size; pointer-events: none; white-space: nowrap;
          color: var(--span-text); font: .75rem/1.375rem ui-monospace, "SF Mono", "Cascadia Mono",
          "DejaVu Sans Mono", monospace; }
        .chip span { display: none; padding: 0 .375rem; }
        @container (min-width: 6.5rem) { .chip span { display: inline-block; } }
        .span-0 span { background: var(--span-0); } .span-1 span { background: var(--span-1); }
        .span-2 span { background: var(--span-2); } .span-3 span { background: var(--span-3); }
        .span-4 span { background: var(--span-4); } .span-5 span { background: var(--span-5); }
        .span-unknown span { background: var(--card); color: var(--text); }
        @media (max-width: 40rem) {
          .bars li { grid-template-columns: minmax(0, 1fr) max-content; gap: .125rem 1rem; }
          .bars svg { grid-column: 1 / -1; grid-row: 2; }
          .timeline li { grid-template-columns: minmax(0, 1fr); gap: .125rem; }
          .timeline { gap: .75rem; } }
        """
}
