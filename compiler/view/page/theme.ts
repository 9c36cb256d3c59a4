const themes = ["auto", "light", "dark"] as const;
type Theme = (typeof themes)[number];

/** Lets a button go through the themes; `auto` is what the system says. The choice is kept where the browser keeps things for such pages. */
export function startTheme(press: HTMLButtonElement): void {
  let theme: Theme = kept();
  const show = (): void => {
    document.documentElement.dataset["theme"] = theme;
    press.textContent = `◐ ${theme}`;
    press.title = "light, dark, or as the system is";
    press.setAttribute("aria-label", `Theme: ${theme}`);
    // What is drawn and not styled has to be drawn again.
    dispatchEvent(new Event("resize"));
  };
  show();
  press.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length] ?? "auto";
    try {
      localStorage.setItem("baton-theme", theme);
    } catch {
      // Then it holds until the page is closed.
    }
    show();
  });
}

function kept(): Theme {
  try {
    return themes.find((one) => one === localStorage.getItem("baton-theme")) ?? "auto";
  } catch {
    return "auto";
  }
}
