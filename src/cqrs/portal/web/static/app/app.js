// The components start themselves after this module: they look for these classes.
document.body.classList.add("js-enabled", "nhsuk-frontend-supported");

// The sum of what is picked: only a convenience. Without it the review page says the same.
const queue = document.getElementById("queue");
if (queue) {
  const pounds = (pence) => "£" + (pence / 100).toLocaleString("en-GB", { minimumFractionDigits: 2 });
  queue.addEventListener("change", () => {
    let count = 0;
    let pence = 0;
    for (const box of queue.querySelectorAll("input[name=claim]")) {
      box.closest("tr").classList.toggle("is-picked", box.checked);
      if (box.checked) {
        count += 1;
        pence += Number(box.dataset.pence);
      }
    }
    const claims = count === 1 ? "1 claim" : `${count} claims`;
    document.getElementById("picked").textContent = `${claims} selected, ${pounds(pence)}`;
    document.getElementById("go").textContent = count ? `Review ${claims}` : "Review";
  });
}
