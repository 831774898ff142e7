// What is wrong with a page for those who see badly, hear it read, or use the keyboard: a list of sentences, empty at best.
{
  const problems = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const path = (element) => `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") ?? ""}">`;
  const check = (elements, holds, problem) => {
    elements.filter((element) => !holds(element)).forEach((element) => problems.push(`${problem}: ${path(element)}`));
  };

  // Contrast: WCAG 2.2, success criterion 1.4.3, by its formula of relative luminance.
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parse = (text) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return { r, g, b, a: a / 255 };
  };
  const over = (top, below) => {
    const mix = (key) => top[key] * top.a + below[key] * (1 - top.a);
    return { r: mix("r"), g: mix("g"), b: mix("b"), a: 1 };
  };
  const luminance = ({ r, g, b }) => {
    const part = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const contrast = (a, b) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  // Of a picture the shape right under the text counts.
  const shapeUnder = (text) => {
    const before = (shape) => shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING;
    const shapes = [...text.parentElement.children].filter((child) => child.tagName === "rect" && before(child));
    const fill = shapes.length ? getComputedStyle(shapes.at(-1)).fill : "none";
    return fill === "none" ? null : parse(fill);
  };
  const layer = (element) => {
    if (element.tagName === "text") return shapeUnder(element);
    return element instanceof SVGElement ? null : parse(getComputedStyle(element).backgroundColor);
  };
  const background = (element) => {
    const layers = [];
    for (let at = element; at && layers.at(-1)?.a !== 1; at = at.parentElement) layers.push(layer(at) ?? { r: 0, g: 0, b: 0, a: 0 });
    const base = matchMedia("(prefers-color-scheme: dark)").matches ? parse("#121212") : parse("#fff");
    return layers.reverse().reduce((below, top) => over(top, below), base);
  };
  const isRead = (element) =>
    !["SCRIPT", "TITLE", "title", "OPTION"].includes(element.tagName) &&
    !element.closest(".visually-hidden, .skip") &&
    element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const enough = (style) => {
    const size = parseFloat(style.fontSize);
    return size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
  };
  const contrasts = () => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let counted = 0;
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement;
      const text = texts.currentNode.data.trim();
      if (!text || !isRead(element)) continue;
      counted += 1;
      const style = getComputedStyle(element);
      const below = background(element);
      const ratio = contrast(over(parse(element instanceof SVGElement ? style.fill : style.color), below), below);
      if (ratio < enough(style)) problems.push(`contrast ${ratio.toFixed(2)} of ${JSON.stringify(text.slice(0, 40))} in ${path(element)}`);
    }
    if (counted < 5) problems.push("hardly any text was found");
  };

  const label = (element) => [element.getAttribute("aria-label"), ...[...(element.labels ?? [])].map((each) => each.textContent)].join("").trim();
  // What is in a picture is part of the picture.
  const inPicture = (element) => element.parentElement.closest("[role=img]") !== null;
  const names = () => {
    check(all("input:not([type=hidden]), select, textarea, meter"), label, "no label");
    check(all("a[href], button, summary"), (control) => label(control) + control.textContent.trim(), "no name");
    check(all("svg, img, [role=img]"), (picture) => label(picture) || picture.getAttribute("alt"), "no name");
    check(all("table"), (table) => inPicture(table) || table.caption?.textContent.trim(), "no caption");
    check(all("main th"), (cell) => inPicture(cell) || cell.scope, "no scope");
  };

  const structure = () => {
    const headings = all("h1, h2, h3, h4, h5, h6");
    const level = (heading) => Number(heading.tagName[1]);
    const follows = (heading) => headings.indexOf(heading) === 0 || level(heading) <= level(headings[headings.indexOf(heading) - 1]) + 1;
    check(headings, follows, "a heading that skips a level");
    check(all("[tabindex]"), (element) => element.tabIndex <= 0, "a place of its own in the order of the keyboard");
    check(all("[id]"), (element) => all(`[id=${CSS.escape(element.id)}]`).length === 1, "an id that another has");
    const facts = [
      [document.documentElement.lang, "no language"],
      [all("h1").length === 1, "not one h1"],
      [document.title.trim(), "no title"],
      [document.documentElement.scrollWidth <= innerWidth + 1, "wider than the window"],
    ];
    facts.filter(([holds]) => !holds).forEach(([, problem]) => problems.push(problem));
  };

  contrasts();
  names();
  structure();
  problems;
}
