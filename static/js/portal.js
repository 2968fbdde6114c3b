// Only helps: every page works without this file, one round trip slower. Texts come from
// the page (data attributes); here are only the words of numbers.

const $ = selector => document.querySelector(selector);
const $$ = selector => [...document.querySelectorAll(selector)];
const live = $("[data-live]");

// ---- numbers

const english = document.documentElement.lang === "en";
const FA = "۰۱۲۳۴۵۶۷۸۹";
const AR = "٠١٢٣٤٥٦٧٨٩";
const list = text => text.split(" ");
const WORDS = english ? {
  ones: list(" one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"),
  tens: list("  twenty thirty forty fifty sixty seventy eighty ninety"),
  hundreds: list(" one two three four five six seven eight nine").map(one => one && `${one} hundred`),
  scales: ["", " thousand", " million", " billion"],
  ten: "-", hundred: " and ", group: " ", last: " and ",
} : {
  ones: list(" یک دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده پانزده شانزده هفده هجده نوزده"),
  tens: list("  بیست سی چهل پنجاه شصت هفتاد هشتاد نود"),
  hundreds: list(" یکصد دویست سیصد چهارصد پانصد ششصد هفتصد هشتصد نهصد"),
  scales: ["", " هزار", " میلیون", " میلیارد"],
  ten: " و ", hundred: " و ", group: " و ", last: " و ",
};

const toAscii = text => text.replace(/[۰-۹]/g, d => FA.indexOf(d)).replace(/[٠-٩]/g, d => AR.indexOf(d));
const ours = text => english ? String(text) : String(text).replace(/\d/g, d => FA[d]);
const grouped = (digits, mark) => digits.replace(/(.)(?=(.{3})+$)/g, `$1${mark}`);
const rial = number => ours(grouped(String(number), english ? "," : "٬"));

function below1000(number) {
  const { ones, tens, hundreds, ten, hundred } = WORDS;
  const rest = number % 100;
  const small = rest < 20 ? ones[rest] : [tens[Math.floor(rest / 10)], ones[rest % 10]].filter(Boolean).join(ten);
  return [hundreds[Math.floor(number / 100)], small].filter(Boolean).join(hundred);
}

function words(number) {
  const last = number % 1000;
  const parts = [];
  for (let scale = 0; number > 0; scale++, number = Math.floor(number / 1000)) {
    if (number % 1000) parts.unshift(below1000(number % 1000) + WORDS.scales[scale]);
  }
  const tail = last && last < 100 && parts.length > 1 ? WORDS.last + parts.pop() : "";
  return parts.join(WORDS.group) + tail;
}

// ---- the payment form: dependent lists, amount, summary, question

const form = $("form[data-payment]");
if (form) paymentForm(form);

function paymentForm(form) {
  const { faculty, unit, subject, amount } = form.elements;
  const selects = [faculty, unit, subject];
  const dialog = $("dialog[data-confirm]");
  const said = $("[data-words]");
  const problem = $("[data-problem]");
  const bounds = $("[data-bounds]");
  const unasked = said.textContent;

  // The amount as a number, or NaN while it is not one that the bank would take.
  function money() {
    const digits = toAscii(amount.value).replace(said.dataset.unit, "").replace(/[,٬،\s]/g, "");
    return /^\d{1,12}$/.test(digits) ? Number(digits) : NaN;
  }

  // Digits stay in the script they were typed in; what else is typed, the server explains.
  function group() {
    if (!/^[\d۰-۹٠-٩,٬،]*$/.test(amount.value)) return;
    const digits = text => text.replace(/[,٬،]/g, "");
    const mark = /^[\d,]/.test(amount.value) ? "," : "٬";
    const before = digits(amount.value.slice(0, amount.selectionStart)).length;
    amount.value = grouped(digits(amount.value), mark);
    let caret = 0;
    for (let seen = 0; seen < before; caret++) if (amount.value[caret] !== mark) seen++;
    if (document.activeElement === amount) amount.setSelectionRange(caret, caret);
  }

  function echo(name, text, nothing = "—") {
    $$(`[data-echo="${name}"]`).forEach(place => { place.textContent = text || nothing; });
  }

  // Reloading the page, or coming back to it, does not lose what was chosen.
  function keep() {
    const kept = new URLSearchParams();
    for (const field of [...selects, amount]) if (field.value) kept.set(field.name, field.value);
    const here = `${form.dataset.payment}?${kept}`.replace(/\?$/, "");
    history.replaceState(null, "", here);
    $(".languages [name=next]")?.setAttribute("value", here);
  }

  function show() {
    for (const select of selects) {
      echo(select.name, select.value && select.selectedOptions[0].text);
      select.nextElementSibling.hidden = !select.value;
    }
    const number = money();
    const { unit, toman } = said.dataset;
    const inWords = number ? `${words(number)} ${unit}` : "";
    const inToman = number && number % 10 === 0 ? toman.replace("{}", rial(number / 10)) : "";
    echo("amount", number && rial(number));
    echo("words", inWords);
    echo("toman", inToman, "");
    said.classList.toggle("said", number > 0);
    said.textContent = inWords ? inWords + (inToman && ` — ${inToman}`) : unasked;
    keep();
  }

  function followSubject() {
    const { rule, min, max, fixed } = subject.selectedOptions[0].dataset;
    if (fixed) amount.value = rial(fixed);
    else if (amount.readOnly) amount.value = "";
    amount.readOnly = Boolean(fixed);
    $("[data-unit-hint]").hidden = Boolean(fixed);
    const figures = { min, max, fixed };
    bounds.textContent = (bounds.dataset[rule] ?? "").replace(/{(.+?)}/g, (_, name) => rial(figures[name]));
  }

  function fill(select, options, prompt) {
    const chosen = select.value;
    select.length = 1;
    select.options[0].text = prompt;
    for (const { id, title, ...rule } of options) {
      const option = Object.assign(new Option(title, id), { lang: "fa" });
      for (const key in rule) option.dataset[key] = rule[key] ?? "";
      select.add(option);
    }
    select.value = options.length === 1 ? options[0].id : chosen;
    if (select.selectedIndex < 0) select.value = "";
    select.disabled = !options.length;
  }

  async function load(select, parent) {
    const asked = parent.value;
    const { url, first, prompt, none, loading, failed, child } = select.dataset;
    let options = [], empty = first;
    if (asked) {
      fill(select, [], loading);
      if (child) fill(form.elements[child], [], form.elements[child].dataset.first);
      try {
        const answer = await fetch(`${url}?${parent.name}=${asked}`);
        if (answer.redirected) return location.reload();
        ({ options } = await answer.json());
        empty = none;
      } catch {
        empty = failed;
        select.closest(".field").append(problem);
        problem.hidden = false;
      }
      if (parent.value !== asked) return;
    }
    fill(select, options, options.length ? prompt : empty);
    if (child) await load(form.elements[child], select);
    else followSubject();
    show();
  }

  // Whatever the server would refuse goes to the server, which explains it.
  function complete() {
    const { min, max } = subject.selectedOptions[0].dataset;
    const chosen = selects.every(select => select.value && !select.disabled);
    return chosen && money() >= (Number(min) || 1) && money() <= (Number(max) || Infinity);
  }

  const choose = (select, parent) => parent.addEventListener("change", () => {
    problem.hidden = true;
    load(select, parent);
  });
  choose(unit, faculty);
  choose(subject, unit);
  subject.addEventListener("change", () => { followSubject(); show(); });
  amount.addEventListener("input", () => { group(); show(); });
  $$("[data-clear]").forEach(button => button.addEventListener("click", () => {
    const select = button.previousElementSibling;
    select.value = "";
    select.dispatchEvent(new Event("change"));
    select.focus();
  }));
  form.addEventListener("submit", event => {
    if (event.submitter?.closest("dialog") || event.submitter?.formNoValidate || !complete()) return;
    event.preventDefault();
    dialog.showModal();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  addEventListener("pageshow", () => dialog.close());
  followSubject();
  group();
  show();
}

// ---- what is being mended is not called wrong any more

addEventListener("input", ({ target }) => {
  if (!target.matches(".is-invalid")) return;
  target.classList.remove("is-invalid");
  target.removeAttribute("aria-invalid");
  target.closest(".field, .mb-3")?.querySelectorAll(".invalid-feedback:not([data-problem])")
    .forEach(error => error.remove());
});

// ---- work for a code by SMS

// It begins when the form is touched and is done before it is filled in, as a rule. What
// fails goes without it: the server then may ask to wait.
$$("input[data-proof]").forEach(field => {
  const { form } = field;
  let work, done, waiting;

  async function prove() {
    try {
      const { solved } = await import(field.dataset.script);
      field.value = await solved(field.dataset.proof);
    } catch {
      field.value = "";
    }
    done = true;
  }

  const begin = () => work ??= prove();
  form.addEventListener("focusin", begin);
  form.addEventListener("submit", async event => {
    if (done) return;
    event.preventDefault();
    if (waiting) return;
    waiting = true;
    const button = event.submitter, content = [...button.childNodes];
    button.textContent = live.textContent = live.dataset.sending;
    await begin();
    button.replaceChildren(...content);
    form.requestSubmit(button);
  });
  // Each is taken once: whoever comes back to the page needs another.
  addEventListener("pageshow", ({ persisted }) => { if (persisted) work = done = waiting = undefined; });
});

// ---- sending: a button is pressed once

const sent = new Map();
addEventListener("submit", ({ target, submitter, defaultPrevented }) => {
  if (defaultPrevented || !submitter?.matches("button")) return;
  // A place in the address, as of the skip link, would come along and take the focus there.
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  // Later, because a disabled button would not send its own name and value.
  setTimeout(() => {
    if (!sent.has(submitter)) sent.set(submitter, [...submitter.childNodes]);
    submitter.disabled = true;
    submitter.textContent = live.textContent = live.dataset.sending;
  });
  // A file comes, and the page stays.
  if (target.matches("[data-file]")) setTimeout(pressable, 4000);
});
addEventListener("pageshow", pressable);

function pressable() {
  sent.forEach((content, button) => {
    button.disabled = false;
    button.replaceChildren(...content);
  });
  live.textContent = "";
}

// ---- small buttons

$$("[data-copy]").forEach(button => button.addEventListener("click", async () => {
  await navigator.clipboard.writeText(button.dataset.copy);
  live.textContent = live.dataset.copied;
  const use = button.querySelector("use");
  const icon = use.getAttribute("href");
  use.setAttribute("href", icon.replace(/#.*/, "#check"));
  setTimeout(() => { use.setAttribute("href", icon); live.textContent = ""; }, 2000);
}));

$$("[data-print]").forEach(button => button.addEventListener("click", () => print()));

$$("input[type=password]").forEach(input => {
  const icons = $("use").getAttribute("href").replace(/#.*/, "");
  const box = Object.assign(document.createElement("div"), { className: "reveal" });
  const button = Object.assign(document.createElement("button"), { type: "button" });
  button.innerHTML = '<svg class="icon" aria-hidden="true"><use/></svg>';
  const label = () => {
    const shown = input.type === "text";
    button.setAttribute("aria-label", shown ? live.dataset.hide : live.dataset.show);
    button.querySelector("use").setAttribute("href", `${icons}#${shown ? "eye-off" : "eye"}`);
  };
  button.addEventListener("click", () => {
    input.type = input.type === "text" ? "password" : "text";
    label();
  });
  // Nothing may be sent, or kept by the browser, as plain text.
  input.form?.addEventListener("submit", () => { input.type = "password"; label(); });
  input.dir = "ltr";
  input.replaceWith(box);
  box.append(input, button);
  label();
});

const menu = $("details.user");
addEventListener("click", event => { if (menu && !menu.contains(event.target)) menu.open = false; });
addEventListener("keydown", event => {
  if (event.key !== "Escape" || !menu?.open) return;
  menu.open = false;
  menu.firstElementChild.focus();
});

// ---- on the way to the bank

// Whoever came back from the bank is not sent there again.
const [visit] = performance.getEntriesByType("navigation");
const handover = $("[data-handover]");
if (handover && visit?.type !== "back_forward") setTimeout(() => handover.click(), 1200);

// ---- a result that is still to come: asked for quietly, shown when it says something new

function lookAgain(place) {
  if (place) setTimeout(async () => {
    let next = place;
    try {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const says = from => from.querySelector("main").textContent;
      if (answer.redirected || says(page) !== says(document)) return location.reload();
      next = page.querySelector("[data-again]");
    } catch { /* no connection at the moment */ }
    lookAgain(next);
  }, 1000 * place.dataset.again);
}
lookAgain($("[data-again]"));

// ---- the code by SMS

$$("[data-resend]").forEach(button => {
  const label = button.textContent;
  const until = Date.now() + 1000 * button.dataset.resend;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    button.disabled = left > 0;
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    button.textContent = left > 0 ? button.dataset.waiting.replace("{}", ours(clock)) : label;
    if (left > 0) setTimeout(tick, 1000);
  };
  tick();
});

const code = $("input[autocomplete=one-time-code]");
if (code && "OTPCredential" in window) {
  navigator.credentials.get({ otp: { transport: ["sms"] } }).then(
    message => { code.value = message.code; code.form.requestSubmit(); },
    () => {}, // the payer types it instead
  );
}
