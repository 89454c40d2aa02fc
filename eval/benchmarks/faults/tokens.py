"""What chat templates of the usual families mark turns, tools, pictures and gaps with, as their makers write it."""

from __future__ import annotations

FAMILIES: dict[str, tuple[str, ...]] = {
    "ChatML, Qwen": ("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<tool_call>", "</tool_call>", "<think>", "</think>",
                     "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|vision_start|>", "<|object_ref_start|>", "<|repo_name|>"),
    "Llama 2": ("<s>", "</s>", "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "<unk>"),
    "Llama 3": ("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|eom_id|>", "<|python_tag|>", "<|image|>",
                "<|reserved_special_token_0|>"),
    "Llama 4": ("<|header_start|>", "<|header_end|>", "<|eot|>"),
    "Mistral": ("[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_CALLS]", "[TOOL_RESULTS]",
                "[/TOOL_RESULTS]", "[TOOL_CONTENT]", "[THINK]", "[/THINK]", "[ARGS]", "[CALL_ID]", "[IMG]", "[IMG_BREAK]", "[IMG_END]", "[AUDIO]",
                "[BEGIN_AUDIO]", "[PREFIX]", "[MIDDLE]", "[SUFFIX]", "[MODEL_SETTINGS]", "[/MODEL_SETTINGS]"),
    "Gemma": ("<bos>", "<eos>", "<pad>", "<start_of_turn>", "<end_of_turn>", "<start_of_image>", "<unused0>", "[multimodal]", "[@BOS@]"),
    "Phi": ("<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<|im_sep|>"),
    "DeepSeek": ("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜User｜>", "<｜Assistant｜>", "<｜tool▁calls▁begin｜>", "<｜fim▁hole｜>", "<|EOT|>"),
    "Harmony": ("<|start|>", "<|channel|>", "<|message|>", "<|constrain|>", "<|return|>", "<|call|>"),
    "Command R": ("<|START_OF_TURN_TOKEN|>", "<|END_OF_TURN_TOKEN|>", "<|SYSTEM_TOKEN|>", "<|USER_TOKEN|>", "<|CHATBOT_TOKEN|>", "<BOS_TOKEN>"),
    "GLM": ("[gMASK]", "[sMASK]", "[MASK]", "<sop>", "<eop>", "<|observation|>", "<|begin_of_image|>"),
    "InternLM": ("[UNUSED_TOKEN_145]", "[UNUSED_TOKEN_146]", "<|action_start|>", "<|plugin|>", "<eoa>"),
    "Falcon": (">>TITLE<<", ">>QUESTION<<", ">>ANSWER<<", ">>COMMENT<<", ">>SUFFIX<<"),
    "Granite, Kimi, others": ("<|start_of_role|>", "<|end_of_role|>", "<|end_of_text|>", "<|im_system|>", "<|im_middle|>", "<|tool_calls_section_begin|>",
                              "<fim_prefix>", "<jupyter_start>", "<extra_id_0>", "<0x0A>", "<reserved_102>", "<minimax:tool_call>", "[e~[", "]~b]", "]~!b["),
    "EXAONE": ("[|system|]", "[|user|]", "[|assistant|]", "[|endofturn|]"),
    "BERT": ("[CLS]", "[SEP]", "[PAD]", "[UNK]", "[unused1]"),
}  # fmt: skip

TOKENS: tuple[str, ...] = tuple(token for family in FAMILIES.values() for token in family)
