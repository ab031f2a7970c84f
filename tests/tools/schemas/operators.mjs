// Reads [[name, object], ...] of custom resources and prints what is wrong with each.
//
// Two judges: the resource's own schema, which lets unknown fields pass, and its TypeScript type, which does not let
// a literal have them. Run in the folder with node_modules.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const MODULES = join(process.cwd(), "node_modules");
const HOMES = {
  "monitoring.coreos.com/v1": "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1",
  "keda.sh/v1alpha1": "@kubernetes-models/keda/keda.sh/v1alpha1",
};

const ts = (await import(pathToFileURL(join(MODULES, "typescript/lib/typescript.js")))).default;
const objects = JSON.parse(readFileSync(0, "utf8"));

const home = (object) => `${HOMES[object.apiVersion]}/${object.kind}`;

async function complaintOfSchema(object) {
  const model = await import(pathToFileURL(join(MODULES, `${home(object)}.js`)));
  try {
    new model[object.kind](object).validate();
  } catch (error) {
    return error.message;
  }
}

// One literal a line, so that a line says which object an error is about.
function complaintsOfTypes() {
  const file = join(process.cwd(), "objects.ts");
  const text = objects
    .map(([, object], at) => `export const o${at}: import("${home(object)}").I${object.kind} = ${JSON.stringify(object)};`)
    .join("\n");
  const options = {
    noEmit: true, strict: true, skipLibCheck: true, types: [],
    module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ESNext) : getSourceFile(name, ...rest);
  host.fileExists = (name) => name === file || fileExists(name);
  host.readFile = (name) => (name === file ? text : readFile(name));
  return ts.getPreEmitDiagnostics(ts.createProgram([file], options, host)).map((found) => {
    const message = ts.flattenDiagnosticMessageText(found.messageText, " ");
    if (found.file?.fileName !== file) return ["", message];
    return [objects[found.file.getLineAndCharacterOfPosition(found.start).line][0], message];
  });
}

for (const [name, object] of objects) {
  const found = await complaintOfSchema(object);
  if (found) console.log(`${name}: ${found}`);
}
for (const [name, message] of complaintsOfTypes()) console.log(`${name}: ${message}`);
