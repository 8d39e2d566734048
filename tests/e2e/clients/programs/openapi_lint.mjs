// docs/openapi.json as Redocly and Spectral see it, with all that they recommend. Usage: openapi_lint.mjs DOCUMENT
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npm } from "./modules.mjs";

const [document] = process.argv.slice(2);

// /v1/ws answers with 101, /v1/jobs/{id}/result with 303: neither has another success.
const { createConfig, lint } = npm("@redocly/openapi-core");
const config = await createConfig({ extends: ["recommended-strict"], rules: { "operation-2xx-response": "off" } });
const found = await lint({ ref: document, config });
assert.deepEqual(found.map(({ ruleId, message, location }) => `${ruleId} at ${location[0].pointer}: ${message}`), []);

const folder = mkdtempSync(join(tmpdir(), "platen-spectral-"));
try {
  const ruleset = join(folder, "ruleset.json");
  writeFileSync(ruleset, JSON.stringify({ extends: ["spectral:oas"],
    overrides: [{ files: ["**#/paths/~1v1~1ws"], rules: { "operation-success-response": "off" } }] }));
  const spectral = spawnSync(process.execPath,
    [npm.resolve("@stoplight/spectral-cli/dist/index.js"), "lint", "--fail-severity", "hint", "-r", ruleset, document], { encoding: "utf8" });
  assert.equal(spectral.status, 0, spectral.stdout + spectral.stderr);
} finally {
  rmSync(folder, { recursive: true });
}
