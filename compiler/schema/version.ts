import type { Version } from "./ir.ts";

const backportsPerMajor = 0x1_0000;

/** The largest number that either part of a version may be: both are u16 in a dump. */
export const largestVersionPart = 0xffff;

/** Packs the two parts so that versions order as numbers do. */
export function packVersion(major: number, backport: number): Version {
  return major * backportsPerMajor + backport;
}

/** The number of the version that a backport adds to, or the version's own number. */
export function majorOf(version: Version): number {
  return Math.floor(version / backportsPerMajor);
}

/** 1 for `2.1`, 0 for what is no backport. */
export function backportOf(version: Version): number {
  return version % backportsPerMajor;
}

/** "2", or "2.1" for a backport: how a version is written everywhere. */
export function formatVersion(version: Version): string {
  const backport = backportOf(version);
  return backport === 0 ? String(majorOf(version)) : `${majorOf(version)}.${backport}`;
}

/** The number that the branch of a version goes on with: 4 after 3, 2.2 after the backport 2.1. */
export function nextVersion(version: Version): Version {
  return backportOf(version) === 0 ? packVersion(majorOf(version) + 1, 0) : version + 1;
}

/** The version that a text such as "2" or "2.1" names, or null if it is none. */
export function parseVersion(text: string): Version | null {
  const match = /^([1-9][0-9]{0,4})(?:\.([1-9][0-9]{0,4}))?$/.exec(text);
  if (match === null) return null;
  const major = Number(match[1]);
  const backport = Number(match[2] ?? 0);
  if (major > largestVersionPart || backport > largestVersionPart) return null;
  return packVersion(major, backport);
}

/** How a version is printed as JSON: 2, or "2.1" for a backport. */
export function versionToJson(version: Version): number | string {
  return backportOf(version) === 0 ? majorOf(version) : formatVersion(version);
}

/** The first version number after an `until`: `until 2` covers the backports onto 2, `until 2.1` ends right there. */
export function afterUntil(until: Version): Version {
  return backportOf(until) === 0 ? packVersion(majorOf(until) + 1, 0) : until + 1;
}

/** Whether something that lives from `since` to `until` is there at a version. */
export function existsAt(
  lifetime: { readonly since: Version; readonly until: Version | null },
  version: Version,
): boolean {
  return lifetime.since <= version && (lifetime.until === null || version < afterUntil(lifetime.until));
}
