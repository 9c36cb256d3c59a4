/** The compiler as a library: everything here is pure. Sources go in; schemas, diagnostics and files come out. */
export {
  compile,
  worldAt,
  type Compiled,
  type CompiledModule,
  type CompileOptions,
  type Provenance,
} from "./compile.ts";
export type { Diagnostic, Fix, Note, Row, Severity } from "./diagnostics/catalogue.ts";
export { allCodes, lookup } from "./diagnostics/index.ts";
export { fancy, oneLine, toJson, type JsonDiagnostic, type ReportOptions } from "./report.ts";
export type * from "./schema/ir.ts";
export { fingerprint } from "./schema/fingerprint.ts";
export { layoutOf, type Layout, type MemberLayout } from "./schema/layout.ts";
export { formatVersion, parseVersion } from "./schema/version.ts";
export { format, type Formatted } from "./syntax/print.ts";
export { positionAt, type Position, type Source, type Span } from "./text.ts";
