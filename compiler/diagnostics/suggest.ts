export { closest } from "../../runtime/closest.ts";
