# Completion of guardrail for bash: source this file, for instance from ~/.bashrc. The program itself says what may follow.
_guardrail_complete() {
  local line=${COMP_LINE:0:COMP_POINT}
  line=${line#"${COMP_WORDS[0]}"}
  line=${line# }
  local IFS=$'\n'
  COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _guardrail_complete guardrail
