/// Keys that change nothing in a forward pass: who saved the file and how, training, generation, output of extras.
enum HarmlessKeys {
    /// Keys of `config.json`.
    static let huggingFace: Set<String> = [
        "architectures", "model_type", "transformers_version", "torch_dtype", "dtype", "auto_map",
        "_name_or_path", "quantization_config", "compression_config", "quantization",
        "name_or_path", "_commit_hash", "license", "finetuning_task", "task_specific_params", "id2label",
        "label2id",
        "problem_type", "num_labels", "use_cache", "return_dict", "output_attentions", "output_hidden_states",
        "output_router_logits", "output_scores", "torchscript", "tokenizer_class", "prefix", "tf_legacy_loss",
        "use_bfloat16", "gradient_checkpointing", "_attn_implementation", "_attn_implementation_autoset",
        "attn_implementation", "unsloth_version", "unsloth_fixed", "chunk_size_feed_forward",
        // Training.
        "attention_dropout", "attention_probs_dropout_prob", "hidden_dropout", "hidden_dropout_prob",
        "attn_pdrop",
        "embd_pdrop", "resid_pdrop", "classifier_dropout", "initializer_range", "initializer_factor",
        "router_aux_loss_coef", "router_jitter_noise", "pretraining_tp",
        // Generation.
        "bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "cls_token_id", "unk_token_id",
        "decoder_start_token_id", "forced_bos_token_id", "forced_eos_token_id", "max_length", "min_length",
        "do_sample", "temperature", "top_k", "top_p", "typical_p", "num_beams", "num_beam_groups",
        "num_return_sequences", "repetition_penalty", "length_penalty", "early_stopping",
        "no_repeat_ngram_size",
        "encoder_no_repeat_ngram_size", "bad_words_ids", "suppress_tokens", "begin_suppress_tokens",
        "diversity_penalty", "return_dict_in_generate", "remove_invalid_values",
        "exponential_decay_length_penalty",
    ]

    /// Keys of a GGUF file below the architecture's name.
    static let gguf: Set<String> = ["tensor_data_layout", "rope.scaling.finetuned"]
}
