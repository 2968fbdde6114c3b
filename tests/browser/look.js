// What a tester looks for on any page: each of these tells what is wrong with this one.

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const REACHED = "a[href], button, input:not([type=hidden]), select, textarea, summary";
// Links in lines of text are as high as their line; these are for thumbs.
const PRESSED = ".btn, .form-control, .form-select, .money input, .copy, .tabs a, .pages a";
const THUMB = 44;

const told = element => element.outerHTML.replace(/\s+/g, " ").slice(0, 120);

function shown(element) {
  const { width, height } = element.getBoundingClientRect();
  return width > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true });
}

async function axeFinds(rules) {
  // Colours that are still on their way to the dark ones, say, are not to be judged.
  document.getAnimations().forEach(animation => animation.cancel());
  const runOnly = rules ?? TAGS;
  const options = { runOnly, resultTypes: ["violations"], preload: false };
  const { violations } = await axe.run(document, options);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
}

function tooWide() {
  const { scrollWidth } = document.documentElement;
  if (scrollWidth <= innerWidth) return [];
  const outside = [...document.body.querySelectorAll("*")].filter(shown).filter(element => {
    const { left, right } = element.getBoundingClientRect();
    return right > innerWidth + 1 || left < -1;
  });
  return [`${scrollWidth} wide at ${innerWidth}: ${outside.slice(-1).map(told)}`];
}

// A box that hides what has no room in it, and does not scroll.
function cutOff() {
  return [...document.querySelectorAll(".module, nav")].filter(shown)
    .filter(element => getComputedStyle(element).overflowY === "hidden")
    .filter(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 1)
    .map(element => `cut off: ${told(element)}`);
}

function tooWideInLargeLetters() {
  document.documentElement.style.fontSize = "200%";
  const found = tooWide();
  document.documentElement.style.fontSize = "";
  return found;
}

function tooSmall() {
  return [...document.querySelectorAll(PRESSED)].filter(shown)
    .filter(({ offsetWidth, offsetHeight }) => Math.min(offsetWidth, offsetHeight) < THUMB)
    .map(element => `${element.offsetWidth} x ${element.offsetHeight}: ${told(element)}`);
}

function unseenFocus() {
  const reached = [...document.querySelectorAll(REACHED)]
    .filter(element => shown(element) && element.tabIndex >= 0 && !element.disabled);
  return reached.filter(element => {
    element.focus({ preventScroll: true });
    const { outlineStyle, outlineWidth } = getComputedStyle(element.closest(".money, .file-field") ?? element);
    return outlineStyle === "none" || parseFloat(outlineWidth) < 2;
  }).map(element => `focus is not seen: ${told(element)}`);
}

// The browser names it in its own language, if at all: the page is to do so.
function unnamedFile() {
  return [...document.querySelectorAll("[type=file]")].filter(input => {
    const chosen = new DataTransfer();
    chosen.items.add(new File(["1"], "debts.csv"));
    input.files = chosen.files;
    input.dispatchEvent(new Event("change"));
    return !input.parentElement.innerText.includes("debts.csv");
  }).map(input => `no name of a file: ${told(input)}`);
}

function unsendable() {
  const buttons = [...document.querySelectorAll("button")].filter(shown);
  return [...document.forms].filter(form => form.checkVisibility())
    .filter(form => !buttons.some(button => button.form === form && !button.disabled))
    .map(form => `no button: ${told(form)}`);
}

Object.assign(window, { axeFinds, tooWide, cutOff, tooWideInLargeLetters, tooSmall, unseenFocus, unnamedFile, unsendable });
