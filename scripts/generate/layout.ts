/** Breaks a type that stands on one long line over several, one member a line, so that people can read what is generated. */
const WIDTH = 110;

export function layOut(type: string, indent = ''): string {
  if (indent.length + type.length <= WIDTH || !type.includes('{ ')) return type;
  let text = '';
  for (let at = 0; at < type.length; ) {
    const open = type.indexOf('{ ', at);
    if (open === -1) return text + type.slice(at);
    const close = closingOf(type, open);
    text += type.slice(at, open) + block(type.slice(open + 2, close).trim(), indent);
    at = close + 1;
  }
  return text;
}

function block(members: string, indent: string): string {
  if (indent.length + members.length + 4 <= WIDTH) return `{ ${members} }`;
  const inner = `${indent}  `;
  const lines = splitMembers(members).map((member) => `${inner}${layOut(member, inner)};\n`);
  return `{\n${lines.join('')}${indent}}`;
}

/** Where the brace at `open` closes; braces inside strings do not count. */
function closingOf(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '"') at = endOfString(text, at);
    else if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  throw new Error('A type whose braces do not match');
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  throw new Error('A type whose quotes do not match');
}

function splitMembers(members: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < members.length; at++) {
    if (members[at] === '"') at = endOfString(members, at);
    else if (members[at] === '{') at = closingOf(members, at);
    else if (members[at] === ';') {
      parts.push(members.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, members.slice(start).trim()].filter((part) => part !== '');
}
