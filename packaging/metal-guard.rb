class MetalGuard < Formula
  desc "Keeps Apple Silicon Macs alive under MLX"
  homepage "{{HOMEPAGE}}"
  url "{{HOMEPAGE}}/releases/download/v{{VERSION}}/{{ARCHIVE}}"
  version "{{VERSION}}"
  sha256 "{{SHA256}}"
  license "MIT"

  depends_on :macos

  def install
    bin.install "metal-guard"
    man1.install "metal-guard.1"
    bash_completion.install "completions/metal-guard.bash" => "metal-guard"
    zsh_completion.install "completions/_metal-guard"
    fish_completion.install "completions/metal-guard.fish"
  end

  test do
    assert_equal version.to_s, shell_output("#{bin}/metal-guard --version").strip
    (testpath/"reports").mkpath
    ENV["METALGUARD_REPORT_DIRS"] = testpath/"reports"
    assert_match "clear", shell_output("#{bin}/metal-guard panic-gate --json")
  end
end
