// What a page is, as plain values. Evaluated by the debugger: the page itself runs no script.
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const isShown = (element) => element.getClientRects().length > 0;
  const channels = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const isOpaque = (colour) => {
    const [, , , alpha = 1] = channels(colour);
    return colour.startsWith('rgb') && alpha === 1;
  };
  const luminance = (colour) => {
    const linear = channels(colour).slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (isOpaque(colour)) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest('svg') || !isShown(element)) continue;
    texts.push({
      text: walker.currentNode.data.trim().slice(0, 40),
      contrast: contrast(getComputedStyle(element).color, background(element)),
      size: parseFloat(getComputedStyle(element).fontSize),
    });
  }
  const graphics = all('svg rect[class]:not(.track):not(.slot), svg .span').map((rect) => {
    const fill = getComputedStyle(rect).fill;
    const kind = rect.getAttribute('fill') || rect.getAttribute('class');
    return fill.startsWith('rgb') ? { kind, contrast: contrast(fill, background(rect)) } : null;
  }).filter(Boolean);
  const root = document.documentElement;
  const outside = all('body *').filter((element) => {
    if (!isShown(element) || element.closest('.scroll, .skip, .chip > *')) return false;
    const box = element.getBoundingClientRect();
    return box.width > 0 && (box.right > root.clientWidth + 1 || box.left < -1);
  });
  return {
    scrollWidth: root.scrollWidth,
    clientWidth: root.clientWidth,
    outside: outside.slice(0, 5).map((element) => element.outerHTML.slice(0, 200)),
    headings: all('h1, h2, h3, h4').map((heading) => Number(heading.tagName[1])),
    tables: all('table').length,
    captions: all('table > caption').filter((caption) => caption.textContent.trim()).length,
    headsWithoutScope: all('th:not([scope])').length,
    regions: all('.scroll').filter((region) => region.tabIndex === 0
      && region.getAttribute('role') === 'region'
      && document.getElementById(region.getAttribute('aria-labelledby'))).length,
    svgs: all('svg:not([aria-hidden])').length,
    marksWithoutWord: all('.mark').filter((mark) => !/\w/.test(mark.textContent)).length,
    brokenLinks: all('a[href^="#"]').filter(
      (link) => !document.getElementById(link.getAttribute('href').slice(1))).length,
    schemes: [...new Set(all('a').map((link) => link.protocol))].sort(),
    linksWithReferrer: all('a[href^="http"]').filter((link) => link.rel !== 'noreferrer').length,
    loading: all('script, img, iframe, object, embed, link, audio, video, form, base, image, use')
      .map((element) => element.tagName),
    doubleIDs: all('[id]').length - new Set(all('[id]').map((element) => element.id)).size,
    background: getComputedStyle(document.body).backgroundColor,
    texts: texts.length,
    least: texts.reduce((least, text) => (text.contrast < least.contrast ? text : least),
      { text: '', contrast: 99, size: 0 }),
    smallest: Math.min(...texts.map((text) => text.size)),
    graphics: graphics.length,
    leastGraphic: graphics.reduce((least, one) => (one.contrast < least.contrast ? one : least),
      { kind: '', contrast: 99 }),
  };
})()
