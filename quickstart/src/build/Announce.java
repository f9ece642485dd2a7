/** Run from source before anything is compiled, so that a quiet build (mvnw -q) is not a silent one. */
class Announce {

    public static void main(String[] arguments) {
        System.out.println("Building Follow Notify (the first time Maven downloads what it needs) …");
    }
}
