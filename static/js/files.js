// The file button of a browser speaks the browser's language. It stays for hand, keyboard and
// reader, but unseen, above one that speaks the page's and beside it the file's name.

const { choose } = document.currentScript.dataset;

document.querySelectorAll("input[type=file]").forEach(input => {
  const box = Object.assign(document.createElement("span"), { className: "file-field" });
  box.innerHTML = '<span aria-hidden="true"><span class="button"></span><bdi></bdi></span>';
  const tell = () => { box.querySelector("bdi").textContent = input.files[0]?.name ?? ""; };
  box.querySelector(".button").textContent = choose;
  input.replaceWith(box);
  box.prepend(input);
  input.addEventListener("change", tell);
  tell();
});
