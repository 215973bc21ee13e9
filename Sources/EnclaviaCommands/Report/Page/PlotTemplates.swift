/// The templates of the plots: SVG that the page stretches to its width, with the labels beside it as text of the page,
/// so that they have the same size at each width.
enum PlotTemplates {
    static let columns = """
        <figure>
        <figcaption>{{description}}</figcaption>
        <div class="columns">
        <div class="scale" aria-hidden="true">{{#ticks}}<span style="top:{{percent}}%">{{tick}}</span>\
        {{/ticks}}</div>
        <svg viewBox="0 0 1000 200" preserveAspectRatio="none" role="img" \
        aria-labelledby="{{plotID}}-title" aria-describedby="{{plotID}}-desc">
        <title id="{{plotID}}-title">{{unit}}</title>
        <desc id="{{plotID}}-desc">{{description}}</desc>
        {{>fills}}
        {{#ticks}}<path class="line" d="M0 {{y}}H1000"/>{{/ticks}}
        {{#periods}}<g><title>{{tip}}</title>\
        <rect class="slot" x="{{x}}" y="0" width="{{width}}" height="200"/>\
        {{#blocks}}<rect x="{{left}}" y="{{top}}" width="{{across}}" height="{{tall}}" \
        fill="url(#{{plotID}}-{{series}})"/>{{/blocks}}</g>
        {{/periods}}</svg>
        <div class="labels" aria-hidden="true">{{#labels}}{{>label}}{{/labels}}</div>
        </div>
        <ul class="legend">{{#legend}}<li><svg viewBox="0 0 16 16" aria-hidden="true">\
        <rect width="16" height="16" fill="url(#{{plotID}}-{{series}})"/></svg>\
        {{key}} <b>{{total}}</b></li>{{/legend}}</ul>
        </figure>

        """

    static let bars = """
        <figure>
        <figcaption>{{description}}</figcaption>
        <ul class="bars">
        {{#items}}<li><span class="name" id="{{barID}}">{{#parts}}{{>part}}{{/parts}}</span>
        <svg viewBox="0 0 1000 16" preserveAspectRatio="none" role="img" \
        aria-labelledby="{{barID}} {{barID}}-title">
        <title id="{{barID}}-title">{{tip}}</title>
        <desc>{{tip}}</desc>
        <rect class="track" width="1000" height="16"/>\
        {{#length}}<rect class="{{tone}}" width="{{.}}" height="16"/>{{/length}}</svg>
        <b class="value" aria-hidden="true">{{count}}</b></li>
        {{/items}}</ul>
        </figure>

        """

    static let timeline = """
        <figure>
        <figcaption>{{description}}</figcaption>
        <svg class="defs" aria-hidden="true">{{>fills}}</svg>
        <ul class="timeline">
        {{#lanes}}<li><span class="name" id="{{laneID}}">{{#parts}}{{>part}}{{/parts}}</span>
        <div class="lane"><svg viewBox="0 0 1000 24" preserveAspectRatio="none" role="img" \
        aria-labelledby="{{laneID}} {{laneID}}-title" aria-describedby="{{laneID}}-desc">
        <title id="{{laneID}}-title">{{tip}}</title>
        <desc id="{{laneID}}-desc">{{spoken}}</desc>
        <rect class="track" width="1000" height="24"/>{{#grid}}<path class="line" d="M{{.}} 0V24"/>{{/grid}}
        {{#spans}}<g><title>{{told}}</title><rect class="span" x="{{left}}" y="0" width="{{across}}" height="24" \
        {{#known}}fill="var(--span-{{.}})"{{/known}}{{^known}}fill="url(#{{plotID}}-0)"{{/known}}/></g>
        {{/spans}}</svg>
        {{#chips}}<span class="chip span-{{colour}}" style="left:{{percent}}%;width:{{wide}}%" \
        aria-hidden="true"><span>{{digest}}</span></span>{{/chips}}</div></li>
        {{/lanes}}<li class="axis" aria-hidden="true"><span class="name"></span>\
        <div class="labels">{{#labels}}{{>label}}{{/labels}}</div></li>
        </ul>
        </figure>

        """

    static let label = """
        <span class="{{anchor}}{{^fitsNarrow}} wide{{/fitsNarrow}}" style="left:{{percent}}%">{{label}}</span>
        """

    /// Series differ by what is drawn over the colour, too.
    static let fills = """
        <defs>{{#fills}}<pattern id="{{plotID}}-{{series}}" patternUnits="userSpaceOnUse" width="8" height="8">\
        <rect class="{{tone}}" width="8" height="8"/><path class="over" d="{{over}}"/></pattern>{{/fills}}</defs>
        """

    /// What is drawn over the colour of a series: nothing, then lines that differ when they are stretched, too.
    static let overlays = [
        "M0 0", "M-2 2L2 -2M0 8L8 0M6 10L10 6", "M0 4H8", "M2 2h2v2h-2zM6 6h2v2h-2z",
        "M0 0L8 8M0 8L8 0",
    ]
}
