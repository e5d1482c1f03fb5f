// Optional: every page works without it. It lets addresses be copied with one click, and finds a post that is on a later page of its thread.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy");
    }
    button.textContent = button.dataset.done;
    setTimeout(() => {
      button.textContent = label;
    }, 2000);
  });
}
const sought = location.hash.slice(1);
if (/^[\da-f-]{36}$/.test(sought) && !document.getElementById(sought) && document.querySelector("main a[rel=next]")) {
  location.replace(`/p/${sought}`);
}
