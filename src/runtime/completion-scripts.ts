const bash = `# Completion of crane-tasks for bash: source <(crane-tasks completion bash)
_crane_tasks() {
  local line=\${COMP_LINE:0:COMP_POINT} breaks=\${COMP_WORDBREAKS//[^=:]} words word prefix candidate
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  word=\${words[\${#words[@]}-1]}
  # bash replaces only what follows the last of its word breaks.
  [[ -n $breaks && $word == *["$breaks"]* ]] && prefix=\${word%"\${word##*["$breaks"]}"}
  COMPREPLY=()
  while IFS= read -r candidate; do
    printf -v candidate '%q' "\${candidate#"$prefix"}"
    COMPREPLY+=("$candidate")
  done < <(crane-tasks __complete "\${words[@]:1}" 2>/dev/null)
}
complete -o default -F _crane_tasks crane-tasks
`;

const zsh = `#compdef crane-tasks
# Completion of crane-tasks for zsh: source <(crane-tasks completion zsh), after compinit
_crane_tasks() {
  local -a candidates
  candidates=("\${(@f)$(crane-tasks __complete "\${(@Q)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}")
  if [[ -n $candidates[1] ]]; then
    compadd -- $candidates
  else
    compset -P '*='
    _files
  fi
}
if [[ $funcstack[1] == _crane_tasks ]]; then _crane_tasks "$@"; else compdef _crane_tasks crane-tasks; fi
`;

const fish = `# Completion of crane-tasks for fish: crane-tasks completion fish | source
function __crane_tasks_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l candidates (crane-tasks __complete $words[2..-1] "$word" 2>/dev/null | string match -r '.+')
    if test (count $candidates) -gt 0
        printf '%s\\n' $candidates
    else
        __fish_complete_path $word
    end
end
complete -c crane-tasks -f -a '(__crane_tasks_complete)'
`;

/** Scripts that ask `crane-tasks __complete WORD ...` for candidates, one a line; the last word is the one being typed. */
export const completionScripts: Readonly<Record<string, string>> = { bash, zsh, fish };
