/** What an element is made with. Texts are set as text and never read as markup: a dump is hostile. */
export interface Made {
  readonly class?: string;
  readonly text?: string;
  readonly title?: string;
  readonly role?: string;
  readonly label?: string;
  readonly children?: readonly (Node | string)[];
}

/** Makes an element. */
export function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, made: Made = {}): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (made.class !== undefined) element.className = made.class;
  if (made.text !== undefined) element.textContent = made.text;
  if (made.title !== undefined) element.title = made.title;
  if (made.role !== undefined) element.setAttribute("role", made.role);
  if (made.label !== undefined) element.setAttribute("aria-label", made.label);
  if (made.children !== undefined) element.append(...made.children);
  return element;
}

/** The element of the page with an id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** A button with a name. */
export function button(text: string, title: string, press: () => void): HTMLButtonElement {
  const element = make("button", { text, title });
  element.type = "button";
  element.addEventListener("click", press);
  return element;
}

/** `1 difference`, `2 differences`. */
export function plural(count: number, what: string): string {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}

/** `0x1d8`. */
export function offsetText(offset: number): string {
  return `0x${offset.toString(16)}`;
}
