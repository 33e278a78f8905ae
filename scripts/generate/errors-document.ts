/** docs/errors.md: the catalogue of src/base/errors/*.ts as a table, read from the source so that no error can be missing. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';

interface CataloguedError {
  readonly field: string;
  readonly kind: string;
  readonly code: string;
  readonly message: string;
}

export function errorsDocument(dir = 'src/base/errors'): string {
  const files = readdirSync(dir).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const found = files.sort().flatMap((name) => errorsIn(join(dir, name)));
  const sections = [...new Set(found.map((one) => one.field))].map((field) => {
    const rows = found
      .filter((one) => one.field === field)
      .sort((a, b) => (a.code < b.code ? -1 : 1))
      .map((one) => `| \`${one.code}\` | ${one.kind} | ${one.message.replace(/\|/g, '\\|').replace(/\n/g, ' ')} |`);
    return `## ${field}\n\n| code | kind | message |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Errors

Every failure we expect, by field. A surface says them in its own dialect; the code, the kind and the words are the same everywhere.
Made by \`npm run generate\` from src/base/errors.

${sections.join('\n')}`;
}

function errorsIn(path: string): CataloguedError[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: CataloguedError[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'AppError') {
      const [kind, code, message] = node.arguments ?? [];
      if (kind === undefined || code === undefined || message === undefined)
        throw new Error(`${path}: an AppError without kind, code and message`);
      found.push({ field: basename(path, '.ts'), kind: words(kind), code: words(code), message: words(message) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** A string as it is; a template with its holes named: `Port {port} is taken`. */
function words(node: ts.Expression): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.templateSpans.reduce(
      (text, span) => `${text}{${holeName(span.expression)}}${span.literal.text}`,
      node.head.text,
    );
  if (ts.isBinaryExpression(node)) return words(node.left) + words(node.right);
  return `{${holeName(node)}}`;
}

/** The name that says what stands there: `facts.limit` is {limit}, `fields.join(', ')` is {fields}. */
function holeName(node: ts.Expression): string {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression))
    return holeName(node.expression.expression);
  return /[A-Za-z_]\w*/.exec(node.getText())?.[0] ?? '...';
}
