// The clock of the payment page, and Enter that pays instead of asking for a password.
const form = document.getElementById("card");
const clock = document.getElementById("clock");
const end = Date.now() + clock.dataset.seconds * 1000;
const persian = (text) => text.replace(/\d/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]);
const press = (action) => form.querySelector(`[value=${action}]`).click();

const timer = setInterval(() => {
  const left = Math.max(0, Math.round((end - Date.now()) / 1000));
  const seconds = String(left % 60).padStart(2, "0");
  clock.textContent = persian(`${Math.floor(left / 60)}:${seconds}`);
  if (left === 0) {
    clearInterval(timer);
    press("timeout");
  }
}, 1000);

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input")) {
    event.preventDefault();
    press("success");
  }
});
