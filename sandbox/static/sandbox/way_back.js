// Back to the merchant by itself, as banks do; the button does the same at once.
const countdown = document.getElementById("countdown");
let left = Number(countdown.dataset.seconds);

const timer = setInterval(() => {
  left -= 1;
  const shown = String(left).replace(/\d/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]);
  countdown.textContent = `تا ${shown} ثانیه دیگر خودکار باز می‌گردید.`;
  if (left <= 0) {
    clearInterval(timer);
    document.getElementById("return").submit();
  }
}, 1000);
