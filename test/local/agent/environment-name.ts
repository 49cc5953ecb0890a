/** The environment variable's name of a variable or an input (`MA/Util/VarUtil.cs:77-81`). */
export function toEnvironmentName(name: string, preserveCase = false): string {
  const mangled = name.replaceAll(/[. ]/g, '_');
  return preserveCase ? mangled : mangled.toUpperCase();
}
